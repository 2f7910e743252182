"""What the models of the loan itself are asked: income, debts, demand, price, group, limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.model_inputs import (
    collateral_guarantee,
    credit_limit,
    debt_burden,
    group_concentration,
    income_recognition,
    rate_pricing,
    working_capital_demand,
)
from risk.domain.model_inputs.debt_burden import instalment
from risk.domain.model_inputs.known import Known, NotAsked
from risk.domain.models.debt_burden import Debt
from risk.domain.models.exact import annuity_principal
from risk.domain.models.income_sources import Harvest, Invoices
from tests.support.asked_models import asked, known_of, told_of, whole


def income(documents: dict[str, Any], **changes: Any) -> Any:
    return income_recognition.inputs(known_of(documents, asked(**changes)), {})


def debts(documents: dict[str, Any]) -> Any:
    return debt_burden.inputs(known_of(documents), {})


def test_every_source_of_income_is_read_over_the_same_year() -> None:
    found = income(whole())

    assert found.bank.inflow_fen - found.bank.other_fen == 696_000_000
    assert (found.bank.loan_inflow_fen, found.bank.own_transfer_fen) == (0, 0)
    assert found.invoices == Invoices(gross_fen=720_000_000, red_fen=0)
    assert (found.tax_sales_fen, found.power_cost_fen) == (696_000_000, 10_800_000)
    assert found.harvests == (Harvest(name="tea", units_count=1, income_per_unit_fen=90_000_000),)
    assert found.net_margin_ppm == (70_000_000 - 600_000) * 1_000_000 // 700_000_000
    assert (found.segment, found.industry, found.equity) == ("E", "F", None)


def test_an_inflow_is_a_loan_an_own_transfer_a_sale_or_something_else() -> None:
    documents = whole()
    rows = [row for row in documents["bank_flow/1"]["transactions"] if row["direction"] == "in"]
    sales = [row for row in rows if row["booked_on"] >= "2024-06" and row["kind"] == "business"]
    first, second, third, fourth = sales[:4]
    first["kind"], second["related"], third["own_account"] = "loan_received", True, True
    fourth["kind"] = "transfer"
    interest = sum(
        row["amount_fen"]
        for row in rows
        if row["kind"] == "interest" and row["booked_on"] >= "2024-03"
    )

    found = income(documents).bank

    assert found.loan_inflow_fen == first["amount_fen"]
    assert found.own_transfer_fen == second["amount_fen"] + third["amount_fen"]
    assert found.other_fen == fourth["amount_fen"] + interest


def test_one_line_of_which_nobody_says_whose_it_is_leaves_the_bank_unknown() -> None:
    documents = whole()
    documents["bank_flow/1"]["transactions"][-3]["related"] = None

    found = income(documents).bank

    assert (found.loan_inflow_fen, found.own_transfer_fen, found.other_fen) == (None,) * 3


def test_animals_that_were_sold_have_no_price() -> None:
    documents = whole()
    herd = {"kind": "pig", "counted_on": "2025-02-01", "stock": 9, "sold_l12m": 30}
    documents["agriculture/1"]["livestock"] = [herd]

    assert income(documents).harvests[-1] == Harvest(
        name="pig", units_count=30, income_per_unit_fen=None
    )


def test_a_crop_of_an_earlier_year_is_no_harvest_of_the_last() -> None:
    documents = whole()
    documents["agriculture/1"]["crops"][0]["year"] = 2023

    assert income(documents).harvests is None


def test_a_profit_above_all_revenue_tells_no_margin_and_costs_no_answer() -> None:
    documents = whole()
    documents["tax/1"]["snapshot"]["profit_fen"] = 900_000_000

    told = told_of(known_of(documents))

    income = told["income_recognition"].answer
    assert income.recognised_fen is not None
    assert (income.net_income_fen, [one.code for one in income.reasons]) == (
        None,
        ["margin_unknown"],
    )
    assert told["debt_burden"].answer.burden == "undetermined"


def test_without_any_source_nobody_is_asked_for_an_income() -> None:
    assert income({}) == NotAsked("no_income_source")


def test_open_accounts_are_debts_of_the_kinds_that_the_model_knows() -> None:
    found = debts(whole())

    assert found.debts == (
        Debt(kind="business", balance_fen=9_000_000, monthly_payment_fen=300_000),
        Debt(kind="card", balance_fen=300_000, monthly_payment_fen=10_000),
        Debt(kind="mortgage", balance_fen=6_000_000, monthly_payment_fen=200_000),
    )
    assert (found.lender_count, found.recent_inquiry_count) == (2, 2)
    assert (found.requested_fen, found.is_high_risk) == (30_000_000, None)


@pytest.mark.parametrize(
    "changes",
    [{"status": "closed"}, {"closed_on": "2024-01-01"}, {"opened_on": "2025-03-02"}],
)
def test_an_account_that_is_closed_or_not_yet_opened_is_no_debt(changes: dict[str, str]) -> None:
    documents = whole()
    documents["bureau/1"]["accounts"][0] |= changes

    assert [one.kind for one in debts(documents).debts] == ["card", "mortgage"]


def test_an_institution_without_a_name_is_another_each_time() -> None:
    documents = whole()
    for account in documents["bureau/1"]["accounts"][:2]:
        account["org"] = None

    assert debts(documents).lender_count == 3


def test_without_a_report_nobody_is_asked_about_debts() -> None:
    assert debts({}) == NotAsked("no_bureau")


@given(principal=st.integers(1, 10**10), rate=st.integers(0, 3_600), months=st.integers(1, 120))
def test_the_instalment_is_the_least_that_repays(principal: int, rate: int, months: int) -> None:
    payment = instalment(principal, rate, months)

    assert annuity_principal(payment, rate, months) >= principal
    assert annuity_principal(payment - 1, rate, months) < principal


def test_demand_is_sized_by_balances_of_which_the_tax_document_knows_some() -> None:
    found = working_capital_demand.inputs(known_of(whole()), {})

    assert not isinstance(found, NotAsked)
    assert (found.method, found.prior_sales_fen) == ("balances", 700_000_000)
    assert (found.profit_margin_ppm, found.growth_ppm) == (100_000, 0)
    assert found.existing_loans_fen == 9_000_000
    assert found.balances is not None
    assert (found.balances.sales_cost_fen, found.balances.stock_fen) == (500_000_000, None)


def test_without_a_tax_document_nobody_is_asked_for_a_demand() -> None:
    assert working_capital_demand.inputs(known_of({}), {}) == NotAsked("no_tax")


def test_no_security_is_named_in_a_decision() -> None:
    assert collateral_guarantee.inputs(known_of(whole()), {}) == NotAsked("no_security")


def test_the_price_takes_the_scorecards_probability_and_the_banks_costs() -> None:
    known = known_of(whole())

    found = rate_pricing.inputs(known, {})

    assert not isinstance(found, NotAsked)
    scored = known.statistical["sme_application_score"]
    assert (found.pd_ppm, found.lgd_ppm) == (scored.probability_ppm, 450_000)
    assert (found.ftp_bps, found.product_min_bps, found.product_max_bps) == (200, 400, 1_500)


def test_nobody_is_priced_without_a_scorecard_of_its_kind() -> None:
    person = known_of(whole(), asked(customer_kind="person", industry_section="G"))

    assert told_of(person)["rate_pricing"].answer.status == "undetermined"


@pytest.mark.parametrize("day", [date(2019, 8, 1), date(2025, 6, 20)])
def test_on_a_day_without_a_known_lpr_nobody_is_asked_for_a_price(day: date) -> None:
    assert rate_pricing.inputs(known_of({}, asked(as_of=day)), {}) == NotAsked("no_lpr")


def members(documents: dict[str, Any]) -> Any:
    found = group_concentration.inputs(known_of(documents), {})
    assert not isinstance(found, NotAsked)
    return found.members


def test_a_customer_alone_owes_its_whole_line() -> None:
    (alone,) = members(whole())

    assert (alone.member_id, alone.loan_fen, alone.exposure_fen) == (
        "cus-1",
        20_000_000,
        20_000_000,
    )


@pytest.mark.parametrize(("has", "owed"), [(False, 0), (True, None), (None, None)])
def test_without_a_line_only_somebody_without_products_owes_nothing(
    has: bool | None, owed: int | None
) -> None:
    documents = whole()
    documents["relationship/1"]["utilisations"] = []
    documents["relationship/1"]["snapshot"]["has_biz_loan"] = has

    assert members(documents)[0].exposure_fen == owed


def test_what_related_firms_owe_is_not_known() -> None:
    documents = whole()
    documents["registration/1"]["network"] = [
        {"relation": relation, "name": "乙"} for relation in ("investment", "branch", "affiliate")
    ]
    documents["registration/1"]["shareholders"].append({"name": "丙", "kind": "firm"})

    found = members(documents)

    assert [one.exposure_fen for one in found] == [20_000_000, None, None, None]


def test_without_a_register_the_group_is_not_known() -> None:
    assert members({"relationship/1": whole()["relationship/1"]}) is None


def test_without_register_and_relationship_nobody_is_asked_about_a_group() -> None:
    assert group_concentration.inputs(known_of({}), {}) == NotAsked("no_group_facts")


def limits(known: Known, answers: dict[str, Any]) -> Any:
    return credit_limit.inputs(replace(known, grade="B"), answers)


def test_the_limit_takes_the_answers_before_it_and_the_policys_grade() -> None:
    known = known_of(whole())
    answers = {name: one.answer for name, one in told_of(known).items() if one.answer is not None}

    found = limits(known, answers)

    assert found.yearly_sales_fen == answers["income_recognition"].recognised_fen == 696_000_000
    assert found.free_service_fen == answers["debt_burden"].free_service_fen
    assert found.rate_bps == answers["rate_pricing"].rate_bps
    assert found.group_headroom_fen == answers["group_concentration"].headroom_fen == 0
    assert (found.grade, found.security, found.has_credit_record) == ("B", "unsecured", True)


def test_what_nobody_answered_is_not_known_to_the_limit() -> None:
    found = limits(known_of({}), {})

    assert (found.demand_fen, found.yearly_sales_fen, found.free_service_fen) == (None,) * 3
    assert (found.rate_bps, found.group_headroom_fen, found.has_credit_record) == (None,) * 3


def test_a_grade_that_the_model_does_not_know_is_refused_on_record() -> None:
    told = told_of(known_of({}), grade="AAA")

    assert told["credit_limit"].refused == ("grade", "must be in the table")
