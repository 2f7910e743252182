"""Repayment plans: worked examples to the 分, and what holds for every plan."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES
from puhui.errors import Unprocessable
from puhui.money import Money
from servicing.domain.errors import MethodNotOffered
from servicing.domain.plan.calendar import months_after
from servicing.domain.plan.methods import METHODS
from servicing.domain.plan.profiles import PROFILES, InterestProfile
from servicing.domain.schedule import LoanTerms, contradictions, repayment_plan
from tests.support.servicing import some_terms

MONTHLY_METHODS = sorted(set(METHODS) - {"BULLET", "FIXED_PRINCIPAL_PERCENT"})
"""Methods with an instalment each month that need no term but these."""
ANY_TERMS = st.builds(
    LoanTerms,
    principal=st.integers(1, 10**12).map(Money),
    annual_rate_bps=st.integers(0, 10_000),
    term_months=st.integers(1, 120),
    method=st.sampled_from(MONTHLY_METHODS),
    disbursement_date=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
)
ANY_PROFILE = st.sampled_from(sorted(PROFILES)).map(PROFILES.__getitem__)


# --- worked examples ------------------------------------------------------------------------


def test_equal_instalments_are_those_of_the_worked_example() -> None:
    plan = repayment_plan(some_terms())

    assert [str(line.total) for line in plan.lines] == ["25,592.97 CNY"] * 12
    assert str(plan.total_interest) == "7,115.64 CNY"
    assert str(plan.lines[0].interest) == "1,087.50 CNY"


def test_equal_principal_is_that_of_the_worked_example() -> None:
    plan = repayment_plan(some_terms(method="EQUAL_PRINCIPAL"))

    assert str(plan.total_interest) == "7,068.78 CNY"
    assert {str(line.principal) for line in plan.lines} == {"25,000.00 CNY"}


def test_interest_first_pays_a_twelfth_of_the_years_interest_and_all_principal_at_the_end() -> None:
    plan = repayment_plan(some_terms(method="INTEREST_FIRST"))

    assert [str(line.interest) for line in plan.lines] == ["1,087.50 CNY"] * 12
    assert [line.principal.is_zero for line in plan.lines] == [True] * 11 + [False]
    assert str(plan.lines[-1].total) == "301,087.50 CNY"


def test_a_years_interest_of_a_thousand_yuan_is_not_999_99() -> None:
    """10,000 at 10 % for twelve months at once is 1,000.00, where binary floats gave 999.99."""
    terms = some_terms(principal=Money.of_yuan("10000"), annual_rate_bps=1_000, method="BULLET")

    assert [str(line.interest) for line in repayment_plan(terms).lines] == ["1,000.00 CNY"]


@pytest.mark.parametrize(
    ("profile", "interest_fen"),
    [("CN_DEFAULT", 108_750), ("CN_ACTUAL_360", 112_375), ("CN_ACTUAL_365", 110_836)],
)
def test_each_profile_counts_march_in_its_own_way(profile: str, interest_fen: int) -> None:
    """300,000 × 4.35 % × 1/12, × 31/360, and × 31/365 (110,835.6 → 110,836 分)."""
    plan = repayment_plan(some_terms(method="INTEREST_FIRST"), PROFILES[profile])

    assert plan.lines[0].interest.minor == interest_fen


def test_a_loan_without_interest_is_split_evenly_with_the_residue_last() -> None:
    plan = repayment_plan(some_terms(principal=Money(100), annual_rate_bps=0, term_months=3))

    assert [line.principal.minor for line in plan.lines] == [33, 33, 34]
    assert plan.total_interest.is_zero


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"FIXED_PRINCIPAL_PERCENT"}))
def test_one_period_pays_everything_at_once(method: str) -> None:
    plan = repayment_plan(some_terms(term_months=1, method=method))

    assert len(plan.lines) == 1
    assert str(plan.lines[0].total) == "301,087.50 CNY"


def test_half_a_fen_is_rounded_up() -> None:
    """1,200 分 at 0.5 % for a month is 0.5 分: 四舍五入 makes it 1."""
    terms = some_terms(principal=Money(1_200), annual_rate_bps=50, method="INTEREST_FIRST")

    assert repayment_plan(terms).lines[0].interest == Money(1)


def test_methods_are_named_as_in_the_contract() -> None:
    assert {code: method.name for code, method in METHODS.items()} == REPAYMENT_METHOD_NAMES


# --- due days -------------------------------------------------------------------------------


def test_a_clamped_due_day_returns_to_the_end_of_longer_months() -> None:
    plan = repayment_plan(some_terms(disbursement_date=date(2019, 12, 31), term_months=4))

    assert [line.due_date.isoformat() for line in plan.lines] == [
        "2020-01-31",
        "2020-02-29",
        "2020-03-31",
        "2020-04-30",
    ]


def test_lines_join_without_gap_and_count_the_first_day_but_not_the_last() -> None:
    plan = repayment_plan(some_terms(disbursement_date=date(2020, 1, 31), term_months=2))

    assert [(line.from_date.day, line.due_date.day, line.days) for line in plan.lines] == [
        (31, 29, 29),
        (29, 31, 31),
    ]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 360))
def test_months_after_never_leaves_the_month_it_counts_to(anchor: date, months: int) -> None:
    due = months_after(anchor, months)

    assert (due.year - anchor.year) * 12 + due.month - anchor.month == months
    assert due.day == anchor.day or (due.day < anchor.day and due.day >= 28)


# --- what holds for every plan --------------------------------------------------------------


@given(ANY_TERMS, ANY_PROFILE)
def test_every_plan_repays_exactly_the_principal_and_never_asks_for_less_than_nothing(
    terms: LoanTerms, profile: InterestProfile
) -> None:
    plan = repayment_plan(terms, profile)

    assert contradictions(plan) == []
    assert plan.total == Money.total(line.total for line in plan.lines)


@given(ANY_TERMS.filter(lambda terms: terms.principal.minor >= 1_000_000))
def test_every_month_of_the_term_has_its_line(terms: LoanTerms) -> None:
    """From 10,000 yuan up: a few 分, rounded up each month, are repaid before the term ends."""
    assert len(repayment_plan(terms).lines) == terms.term_months


@given(ANY_TERMS)
def test_balances_follow_from_principal(terms: LoanTerms) -> None:
    balance = terms.principal
    for line in repayment_plan(terms).lines:
        balance = balance - line.principal
        assert line.balance == balance


@given(ANY_TERMS)
def test_without_interest_nothing_but_the_principal_is_paid(terms: LoanTerms) -> None:
    free = dataclasses.replace(terms, annual_rate_bps=0)

    assert repayment_plan(free).total == terms.principal


@given(ANY_TERMS.filter(lambda terms: terms.principal.minor >= 1_000_000))
def test_a_dearer_rate_never_costs_less(terms: LoanTerms) -> None:
    """From 10,000 yuan up: on a few 分, a rounded-up instalment repays early and costs less."""
    cheap = dataclasses.replace(terms, annual_rate_bps=terms.annual_rate_bps * 3_600 // 10_000)
    dear = dataclasses.replace(cheap, annual_rate_bps=cheap.annual_rate_bps + 100)

    assert repayment_plan(dear).total_interest >= repayment_plan(cheap).total_interest


@given(ANY_TERMS.filter(lambda terms: terms.method == "EQUAL_INSTALLMENT"))
def test_all_instalments_but_the_last_are_equal_until_the_loan_is_repaid(terms: LoanTerms) -> None:
    plan = repayment_plan(terms)

    assert len({line.total for line in plan.lines[:-1]}) <= 1


# --- hash and refusals ----------------------------------------------------------------------


def test_equal_terms_have_the_same_hash_and_it_is_this_one() -> None:
    """Pinned: quotes that were signed must be found again by later versions."""
    assert repayment_plan(some_terms()).sha256 == repayment_plan(some_terms()).sha256
    assert repayment_plan(some_terms()).sha256 == PINNED_SHA256


@pytest.mark.parametrize(
    "changes",
    [
        {"principal": Money.of_yuan("300000.01")},
        {"annual_rate_bps": 436},
        {"term_months": 13},
        {"method": "INTEREST_FIRST"},
        {"disbursement_date": date(2020, 3, 2)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_each_term_changes_the_hash(changes: dict[str, object]) -> None:
    assert repayment_plan(some_terms(**changes)).sha256 != repayment_plan(some_terms()).sha256


def test_the_profile_changes_the_hash_even_where_the_lines_agree() -> None:
    free = some_terms(annual_rate_bps=0)

    default, daily = (repayment_plan(free, PROFILES[c]) for c in ("CN_DEFAULT", "CN_ACTUAL_360"))
    assert default.lines == daily.lines
    assert default.sha256 != daily.sha256


def test_an_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(MethodNotOffered) as refused:
        repayment_plan(some_terms(method="BALLOON"))

    assert (refused.value.field, refused.value.rule) == ("method", "method.offered")


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(9999, 12, 31)])
def test_a_day_out_of_all_reason_is_refused(day: date) -> None:
    with pytest.raises(Unprocessable) as refused:
        some_terms(disbursement_date=day)

    assert refused.value.field == "disbursement_date"


PINNED_SHA256 = "d022fb7be30824d1f7ca702867cabd1148bf11767de1b2f006b15d7c5e9ac613"
