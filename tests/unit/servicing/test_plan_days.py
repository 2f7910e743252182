"""Days of a plan: due days, holidays, irregular periods, day counts, both ends of an interval."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan import Frequency, accrued_interest, draw_plan
from servicing.domain.plan.choices import HeadTail, HolidayShift, InterestCalc
from tests.support.plans import day, some_plan_terms

DAILY: dict[str, Any] = {
    "method": "BULLET",
    "principal": Decimal(360_000),
    "annual_rate_pct": Decimal(1),
    "interest_calc": InterestCalc.DAILY,
    "year_days": 360,
}
"""A day of 360,000 at 1 % over 360 is 10.00."""


def due_days(**changes: Any) -> list[str]:
    return [row.due_date.isoformat() for row in draw_plan(some_plan_terms(**changes)).rows]


def bullet_interest(**changes: Any) -> str:
    (row,) = draw_plan(some_plan_terms(**{**DAILY, **changes})).rows
    return str(row.interest)


# --- due days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (None, ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]),
        ("2024-02-29", ["2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"]),
        ("2024-03-07", ["2024-03-07", "2024-04-07", "2024-05-07", "2024-06-07"]),
    ],
)
def test_due_days_are_counted_from_their_anchor(first: str | None, days: list[str]) -> None:
    """apache/fineract LoanDueCalculationTest: a first due day that is given is the anchor."""
    anchor = day(first) if first else None

    assert due_days(disbursement_date=date(2024, 1, 31), n=4, first_due_date=anchor) == days


def test_a_maturity_date_ends_the_plan_and_may_cut_the_last_period_short() -> None:
    changes = {"n": None, "maturity_date": date(2020, 5, 16), "method": "INTEREST_FIRST"}

    rows = draw_plan(some_plan_terms(**changes)).rows

    assert [row.due_date.isoformat() for row in rows] == ["2020-04-01", "2020-05-01", "2020-05-16"]
    assert [str(row.interest) for row in rows] == ["1087.50", "1087.50", "543.75"]


def test_a_number_of_instalments_and_a_maturity_date_agree_on_the_last_day() -> None:
    assert due_days(n=3, maturity_date=date(2020, 5, 20))[-2:] == ["2020-05-01", "2020-05-20"]


def test_a_maturity_before_the_instalments_is_refused() -> None:
    with pytest.raises(PlanNotPossible) as refused:
        due_days(n=12, maturity_date=date(2020, 5, 20))

    assert (refused.value.field, refused.value.rule) == ("maturity_date", "due_date.order")


@pytest.mark.parametrize(
    ("shift", "days"),
    [
        (HolidayShift.NONE, ["2020-04-01", "2020-05-01", "2020-06-01"]),
        (HolidayShift.NEXT, ["2020-04-01", "2020-05-06", "2020-06-01"]),
        (HolidayShift.PREVIOUS, ["2020-04-01", "2020-04-30", "2020-06-01"]),
    ],
)
def test_a_due_day_leaves_a_holiday_and_the_ones_after_it_do_not(
    shift: HolidayShift, days: list[str]
) -> None:
    labour_days = frozenset(date(2020, 5, n) for n in range(1, 6))

    assert due_days(n=3, holiday_shift=shift, holidays=labour_days) == days


def test_by_days_a_shifted_period_bears_interest_for_its_real_days() -> None:
    shifted = draw_plan(
        some_plan_terms(
            method="INTEREST_FIRST",
            n=3,
            interest_calc=InterestCalc.DAILY,
            holiday_shift=HolidayShift.NEXT,
            holidays=frozenset([date(2020, 5, 1)]),
        )
    )

    assert [row.days for row in shifted.rows] == [31, 31, 30]


# --- day counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head_tail", "interest"),
    [(HeadTail.HEAD, "100.00"), (HeadTail.TAIL, "100.00"), (HeadTail.BOTH, "110.00")],
)
def test_both_ends_of_an_interval_bear_interest_only_where_both_count(
    head_tail: HeadTail, interest: str
) -> None:
    got = bullet_interest(n=None, maturity_date=date(2020, 3, 11), head_tail=head_tail)

    assert got == interest


def test_where_both_ends_count_a_plan_has_one_day_more_in_all() -> None:
    terms = some_plan_terms(**{**DAILY, "method": "INTEREST_FIRST", "n": 3})
    both = some_plan_terms(
        **{**DAILY, "method": "INTEREST_FIRST", "n": 3, "head_tail": HeadTail.BOTH}
    )

    extra = draw_plan(both).total_interest - draw_plan(terms).total_interest

    assert extra == 10
    assert sum(row.days for row in draw_plan(both).rows) == 93


@pytest.mark.parametrize("head_tail", [HeadTail.HEAD, HeadTail.TAIL])
def test_an_actual_year_counts_each_night_by_the_year_in_which_it_ends(
    head_tail: HeadTail,
) -> None:
    """From 12 December 2023 to 12 January 2024: 19 nights of 365 and 12 of 366.

    apache/fineract ProgressiveEMICalculatorTest, dayInYearsActual_daysInMonthActual, splits so.
    """
    got = bullet_interest(
        disbursement_date=date(2023, 12, 12), n=1, year_days="ACTUAL", head_tail=head_tail
    )

    assert got == f"{Decimal(3600) * 19 / 365 + Decimal(3600) * 12 / 366:.2f}"


@pytest.mark.parametrize(
    ("first_due", "interest"),
    [("2024-03-01", "600.00"), ("2024-02-16", "455.17"), ("2024-01-16", "145.16")],
)
def test_of_an_irregular_period_whole_months_count_thirty_days_and_odd_days_their_share(
    first_due: str, interest: str
) -> None:
    """Two months; a month and 15 of 29 days; 15 of 31 days, at 10.00 a day."""
    terms = some_plan_terms(
        **{**DAILY, "method": "INTEREST_FIRST", "disbursement_date": date(2024, 1, 1), "n": 2},
        month_days=30,
        first_due_date=day(first_due),
    )

    assert str(draw_plan(terms).rows[0].interest) == interest


def test_a_plan_of_more_decimals_accrues_whole_fen() -> None:
    changes = {**DAILY, "n": 1, "decimals": 4, "year_days": 365}
    (row,) = draw_plan(some_plan_terms(**changes)).rows

    assert (str(row.interest), accrued_interest(row, row.due_date).minor) == ("305.7534", 305_75)


def test_by_periods_an_irregular_first_period_counts_as_one_period() -> None:
    terms = some_plan_terms(method="INTEREST_FIRST", first_due_date=date(2020, 4, 20))

    assert str(draw_plan(terms).rows[0].interest) == "1087.50"


def test_an_irregular_first_period_does_not_change_the_size_of_the_instalments() -> None:
    regular = some_plan_terms(interest_calc=InterestCalc.DAILY, month_days=30)
    longer = some_plan_terms(
        interest_calc=InterestCalc.DAILY, month_days=30, first_due_date=date(2020, 4, 20)
    )

    assert draw_plan(longer).rows[0].total == draw_plan(regular).rows[0].total


@pytest.mark.parametrize(
    ("text", "every", "unit"),
    [
        ("1 MONTH", 1, "MONTH"),
        ("2 weeks", 14, "DAY"),
        ("15 DAYS", 15, "DAY"),
        ("1 YEAR", 12, "MONTH"),
    ],
)
def test_a_frequency_is_read(text: str, every: int, unit: str) -> None:
    assert (Frequency.of(text).every, Frequency.of(text).unit) == (every, unit)


@pytest.mark.parametrize("text", ["", "MONTH", "0 MONTH", "1.5 MONTH", "1 MOON", "-1 DAYS"])
def test_what_is_no_frequency_is_refused(text: str) -> None:
    with pytest.raises(PlanNotPossible) as refused:
        Frequency.of(text)

    assert (refused.value.field, refused.value.rule) == ("frequency", "frequency.form")


def test_flat_by_thirty_day_months_rounds_once_as_by_periods() -> None:
    """apache/fineract Loan.feature C4122: 1,000 at 7 % flat, 360/30; 17.50 in all."""
    terms = some_plan_terms(
        method="FLAT",
        principal=Decimal(1_000),
        annual_rate_pct=Decimal(7),
        n=3,
        interest_calc=InterestCalc.DAILY,
        month_days=30,
    )

    rows = draw_plan(terms).rows

    assert [str(row.interest) for row in rows] == ["5.83", "5.83", "5.84"]
