"""M15: never more than the least source, and equity that does not add up recognises nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.income_recognition import Equity
from risk.domain.models.income_sources import BankFlow, Harvest, Invoices
from tests.support.risk_models import answer_of, codes, golden_inputs, parameters_of
from tests.unit.risk.models.in_loan import FEW

FEN = st.integers(0, 10**10)
FLOWS = st.builds(
    BankFlow, inflow_fen=FEN, loan_inflow_fen=FEN, own_transfer_fen=FEN, other_fen=FEN
)
INVOICES = st.builds(Invoices, gross_fen=FEN, red_fen=FEN)
OWNER = 5
"""The golden vector of an owner whose equity adds up."""


@FEW
@given(bank=FLOWS, invoices=INVOICES, tax=FEN)
def test_no_more_is_recognised_than_the_least_source_shows(
    bank: BankFlow, invoices: Invoices, tax: int
) -> None:
    inputs = golden_inputs("income_recognition", bank=bank, invoices=invoices, tax_sales_fen=tax)

    answer = answer_of("income_recognition", inputs)

    shown = [source.sales_fen for source in answer.sources if source.expected]
    assert 0 <= answer.recognised_fen <= min(shown)
    assert answer.monthly_income_fen * 12 <= answer.net_income_fen <= answer.recognised_fen


@FEW
@given(bank=FLOWS, more=st.integers(1, 10**9))
def test_loans_drawn_and_own_transfers_are_no_sales(bank: BankFlow, more: int) -> None:
    padded = replace(
        bank,
        inflow_fen=(bank.inflow_fen or 0) + 2 * more,
        loan_inflow_fen=(bank.loan_inflow_fen or 0) + more,
        own_transfer_fen=(bank.own_transfer_fen or 0) + more,
    )

    before, after = (
        answer_of("income_recognition", golden_inputs("income_recognition", bank=flow))
        for flow in (bank, padded)
    )

    assert after.sources == before.sources


@FEW
@given(
    opening=st.integers(-(10**9), 10**9),
    profit=st.integers(-(10**9), 10**9),
    paid_in=FEN,
    drawings=FEN,
)
def test_equity_that_adds_up_has_no_gap(
    opening: int, profit: int, paid_in: int, drawings: int
) -> None:
    equity = Equity(
        opening_fen=opening,
        profit_fen=profit,
        paid_in_fen=paid_in,
        drawings_fen=drawings,
        closing_fen=opening + profit + paid_in - drawings,
    )

    inputs = golden_inputs("income_recognition", OWNER, equity=equity)
    answer = answer_of("income_recognition", inputs)

    assert (answer.equity_check, answer.equity_gap_ppm) == ("passed", 0)


@pytest.mark.parametrize(("closing_fen", "check"), [(95_000_000, "passed"), (94_999_999, "failed")])
def test_the_tolerance_of_equity_includes_its_border(closing_fen: int, check: str) -> None:
    """Expected are 100 万: 5 万 less is five per cent of the greater, one 分 more is too much."""
    inputs = golden_inputs("income_recognition", OWNER)
    equity = replace(inputs.equity, closing_fen=closing_fen)

    answer = answer_of("income_recognition", replace(inputs, equity=equity))

    assert answer.equity_check == check
    assert (answer.recognised_fen is None) == (check == "failed")


def test_equity_is_told_and_not_asked_of_a_firm() -> None:
    owner = golden_inputs("income_recognition", OWNER)
    equity = replace(owner.equity, closing_fen=1)

    answer = answer_of("income_recognition", golden_inputs("income_recognition", equity=equity))

    assert answer.equity_check == "failed"
    assert answer.recognised_fen == 450_000_000


def test_an_unknown_yield_makes_the_harvest_unknown() -> None:
    harvest = Harvest(name="小麦", units_count=None, income_per_unit_fen=120_000)
    inputs = golden_inputs("income_recognition", segment="F", harvests=(harvest,))

    answer = answer_of("income_recognition", inputs)

    assert answer.recognised_fen is None
    assert "agriculture_unknown" in codes(answer)


def test_power_tells_sales_only_where_the_industry_has_a_share() -> None:
    shown = [
        {
            source.source: source.sales_fen
            for source in answer_of(
                "income_recognition",
                golden_inputs("income_recognition", power_cost_fen=1_000_000, industry=industry),
            ).sources
        }["power"]
        for industry in ("C", "F", "Q", None)
    ]

    assert shown == [20_000_000, 50_000_000, None, None]


def test_a_segment_out_of_the_table_is_refused() -> None:
    with pytest.raises(ModelInputNotValid):
        answer_of("income_recognition", golden_inputs("income_recognition", segment="X"))


def test_haircuts_fall_as_more_sources_agree() -> None:
    parameters = parameters_of("income_recognition")

    assert parameters.single_haircut_ppm > parameters.double_haircut_ppm > 0
