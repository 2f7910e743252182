"""A product's settlement parameters become the rules that its loans are serviced by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.money import Money
from servicing.domain.account.book import LoanBook
from servicing.domain.account.rules import (
    CN_DEFAULT_RULES,
    AllocateBy,
    GraceInterest,
    PenaltyBase,
    PrepayInterest,
)
from servicing.domain.plan.calendar import months_after
from servicing.domain.plan.profiles import PROFILES, DueDay
from servicing.domain.schedule import contradictions, repayment_plan
from servicing.domain.settlement import profile_of, rules_of
from tests.support.loan_accounts import a_loan
from tests.support.servicing import some_terms


def test_the_default_parameters_are_the_default_rules() -> None:
    assert rules_of(CN_DEFAULT) == CN_DEFAULT_RULES


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"penalty_mode": "NONE"}, "penalty_base", PenaltyBase.NONE),
        ({"penalty_uplift_pct": 30}, "penalty_uplift_pct", 30),
        ({"misuse_uplift_pct": 60}, "misuse_uplift_pct", 60),
        ({"penalty_type": "FIXED", "penalty_rate_bps": 600}, "penalty_rate_bps", 600),
        ({"compound_interest": False}, "compound_interest", False),
        ({"grace_days": 3}, "grace_days", 3),
        ({"grace_interest": "NORMAL"}, "grace_interest", GraceInterest.NORMAL),
        ({"grace_interest": "PENALTY"}, "grace_interest", GraceInterest.PENALTY),
        ({"year_days": "365"}, "year_days", 365),
        ({"year_days": "ACTUAL"}, "year_days", 365),
        ({"allocation": "BY_COMPONENT"}, "allocate_by", AllocateBy.COMPONENT),
        ({"prepay_interest": "FULL_PERIOD"}, "prepay_interest", PrepayInterest.FULL_PERIOD),
        ({"prepay_fee_months": 3}, "prepay_fee_months", 3),
        ({"non_accrual_after_days": 60}, "non_accrual_after_days", 60),
    ],
)
def test_each_parameter_decides_its_rule(changes: dict[str, Any], field: str, value: Any) -> None:
    rules = rules_of(SettlementParameters(**changes))

    assert getattr(rules, field) == value
    assert getattr(CN_DEFAULT_RULES, field) != value


def test_a_fixed_penalty_rate_takes_the_place_of_the_uplift() -> None:
    settlement = SettlementParameters(penalty_type="FIXED", penalty_rate_bps=600)

    assert rules_of(settlement).late_rate(435) == 60_000


# --- plans ------------------------------------------------------------------------------------


def test_the_default_parameters_draw_the_default_plan() -> None:
    assert profile_of(CN_DEFAULT) == PROFILES["CN_DEFAULT"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"interest_calc": "DAILY", "month_days": "ACTUAL"},
            "CN_ACTUAL_360",
        ),
        (
            {"interest_calc": "DAILY", "month_days": "ACTUAL", "year_days": "365"},
            "CN_ACTUAL_365",
        ),
        ({"rounding": "DOWN"}, "PERIOD-360-30-HEAD-DOWN-2"),
        (
            {"interest_calc": "DAILY", "head_tail": "BOTH", "year_days": "ACTUAL"},
            "DAILY-ACTUAL-30-BOTH-HALF_UP-2",
        ),
        ({"decimals": 0}, "PERIOD-360-30-HEAD-HALF_UP-0"),
    ],
)
def test_how_interest_is_counted_names_the_profile(changes: dict[str, Any], code: str) -> None:
    assert profile_of(SettlementParameters(**changes)).code == code


def test_daily_interest_of_a_thirty_one_day_month_is_thirty_one_days_of_it() -> None:
    """300,000 × 4.35 % × 31 ÷ 360 = 1,123.75."""
    daily = SettlementParameters(interest_calc="DAILY", month_days="ACTUAL")

    plan = repayment_plan(some_terms(), profile_of(daily))

    assert plan.lines[0].interest == Money.of_yuan("1123.75")
    assert repayment_plan(some_terms()).lines[0].interest == Money.of_yuan("1087.50")


def test_interest_to_whole_yuan_is_in_whole_yuan() -> None:
    plan = repayment_plan(some_terms(), profile_of(SettlementParameters(decimals=0)))

    assert {line.interest.minor % 100 for line in plan.lines} == {0}
    assert contradictions(plan) == []


@pytest.mark.parametrize(
    ("first", "disbursed", "due"),
    [
        ("THIS_MONTH", date(2026, 11, 2), date(2026, 11, 20)),
        ("THIS_MONTH", date(2026, 11, 20), date(2026, 12, 20)),
        ("NEXT_MONTH", date(2026, 11, 2), date(2026, 12, 20)),
        ("NEXT_MONTH", date(2026, 11, 25), date(2026, 12, 20)),
        ("FULL_MONTH", date(2026, 11, 2), date(2026, 12, 20)),
        ("FULL_MONTH", date(2026, 11, 20), date(2026, 12, 20)),
        ("FULL_MONTH", date(2026, 11, 25), date(2027, 1, 20)),
        ("FULL_MONTH", date(2026, 1, 31), date(2026, 3, 20)),
    ],
)
def test_the_first_due_day_follows_its_rule(first: Any, disbursed: date, due: date) -> None:
    assert DueDay(20, first).first_after(disbursed) == due


@pytest.mark.parametrize(
    ("first", "disbursed", "due"),
    [
        ("THIS_MONTH", date(2026, 12, 2), date(2026, 12, 21)),
        ("THIS_MONTH", date(2026, 12, 21), date(2027, 3, 21)),
        ("NEXT_MONTH", date(2026, 12, 2), date(2027, 3, 21)),
        ("NEXT_MONTH", date(2026, 11, 30), date(2026, 12, 21)),
        ("FULL_MONTH", date(2026, 11, 22), date(2027, 3, 21)),
        ("FULL_MONTH", date(2026, 11, 21), date(2026, 12, 21)),
    ],
)
def test_each_quarters_due_day_lies_in_its_last_month(
    first: Any, disbursed: date, due: date
) -> None:
    assert DueDay(21, first, every=3).first_after(disbursed) == due


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(1, 28),
    st.sampled_from(["THIS_MONTH", "NEXT_MONTH", "FULL_MONTH"]),
    st.integers(3, 36),
    st.sampled_from(["EQUAL_INSTALLMENT", "EQUAL_PRINCIPAL", "INTEREST_FIRST"]),
)
def test_a_fixed_due_day_keeps_the_term_the_principal_and_its_own_day(
    disbursed: date, day: int, first: Any, months: int, method: str
) -> None:
    settlement = SettlementParameters(due_day="FIXED", due_day_of_month=day, first_period=first)
    terms = some_terms(disbursement_date=disbursed, term_months=months, method=method)

    plan = repayment_plan(terms, profile_of(settlement))

    assert contradictions(plan) == []
    assert len(plan.lines) == months
    assert plan.maturity_date == months_after(disbursed, months)
    assert {line.due_date.day for line in plan.lines[:-1]} == {day}


COUNTED = st.fixed_dictionaries(
    {
        "interest_calc": st.sampled_from(["PERIOD", "DAILY"]),
        "year_days": st.sampled_from(["360", "364", "365", "ACTUAL"]),
        "month_days": st.sampled_from(["30", "ACTUAL"]),
        "head_tail": st.sampled_from(["HEAD", "BOTH", "TAIL"]),
        "rounding": st.sampled_from(["HALF_UP", "HALF_EVEN", "DOWN", "UP"]),
        "decimals": st.integers(0, 2),
    }
)


@given(COUNTED)
def test_every_way_of_counting_gives_a_plan_that_adds_up_and_a_name_of_its_own(
    values: dict[str, Any],
) -> None:
    settlement = SettlementParameters(**values)
    profile = profile_of(settlement)

    plan = repayment_plan(some_terms(), profile)

    assert contradictions(plan) == []
    assert plan.profile_code == profile.code
    assert (profile.code == "CN_DEFAULT") == (settlement == CN_DEFAULT)


def test_a_loans_book_follows_its_own_settlement() -> None:
    settlement = SettlementParameters(
        penalty_uplift_pct=30, interest_calc="DAILY", month_days="ACTUAL"
    )

    book = LoanBook.of_new(a_loan(settlement=settlement))

    assert book.rules == rules_of(settlement)
    assert book.account.rows[0].interest == 112_375
