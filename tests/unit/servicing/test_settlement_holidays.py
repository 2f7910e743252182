"""Due days that move from rest days (节假日顺延), worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.contracts.settlement import SettlementParameters
from puhui.money import Money
from servicing.domain.due_days import moved_from_rest_days
from servicing.domain.plan.calendar import periods_of
from servicing.domain.settlement import profile_of
from tests.support.servicing import some_terms
from tests.support.settled_loans import BY_DAYS, FIRST, FIXED_20, days_and_interest, plan_of

SPRING: dict[str, Any] = {
    "principal": Money.of_yuan("360000"),
    "annual_rate_bps": 360,
    "term_months": 3,
    "method": "INTEREST_FIRST",
    "disbursement_date": date(2026, 1, 20),
}
"""36.00 yuan a day: 360,000 × 3.60 % ÷ 360. 20 February 2026 lies within 春节 (15 to 23)."""


def test_a_due_day_in_the_spring_holiday_moves_to_the_next_working_day_with_its_interest() -> None:
    """Tuesday 24 February: 35 × 36.00 = 1,260.00, then 24 × 36.00 = 864.00, 31 × 36.00."""
    plan = plan_of(SPRING, holiday_shift="NEXT", **BY_DAYS)

    assert days_and_interest(plan) == [
        ("2026-02-24", 35, "1260.00"),
        ("2026-03-20", 24, "864.00"),
        ("2026-04-20", 31, "1116.00"),
    ]


def test_or_to_the_one_before_which_is_a_saturday_that_is_worked() -> None:
    """Saturday 14 February (调休): 25 × 36.00 = 900.00, then 34 × 36.00 = 1,224.00."""
    plan = plan_of(SPRING, holiday_shift="PREVIOUS", **BY_DAYS)

    assert days_and_interest(plan)[:2] == [
        ("2026-02-14", 25, "900.00"),
        ("2026-03-20", 34, "1224.00"),
    ]


def test_interest_by_periods_stays_what_it_is_when_its_day_moves() -> None:
    """360,000 × 3.60 % ÷ 12 = 1,080.00, whatever the day."""
    plan = plan_of(SPRING, holiday_shift="NEXT")

    assert days_and_interest(plan)[0] == ("2026-02-24", 35, "1080.00")
    assert {str(line.interest.yuan) for line in plan.lines} == {"1080.00"}


def test_a_year_without_notice_moves_due_days_from_weekends_only() -> None:
    """2027-10-01 is a Friday and stays; 2027-05-01 is a Saturday and becomes Monday the 3rd."""
    terms = {"disbursement_date": date(2026, 11, 1), "term_months": 12}

    days = [line.due_date for line in plan_of(terms, holiday_shift="NEXT").lines]

    assert date(2027, 10, 1) in days
    assert date(2027, 5, 3) in days
    assert date(2027, 5, 1) not in days


def test_a_moved_day_does_not_move_the_days_after_it() -> None:
    plan = plan_of(FIRST, holiday_shift="NEXT", **FIXED_20)

    assert [line.due_date.day for line in plan.lines[:4]] == [21, 20, 22, 22]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [("NEXT", ["2026-10-01", "2026-10-08"]), ("PREVIOUS", ["2026-09-30", "2026-10-03"])],
)
def test_two_due_days_in_one_holiday_do_not_fall_together(shift: str, expected: list[str]) -> None:
    """Due on 1 and 3 October, both within 国庆节 (1 to 7): the one with room beside it moves."""
    terms = {"disbursement_date": date(2026, 8, 3), "term_months": 2}

    plan = plan_of(
        terms, holiday_shift=shift, due_day="FIXED", due_day_of_month=1, first_period="FULL_MONTH"
    )

    assert [line.due_date.isoformat() for line in plan.lines] == expected


def test_a_loan_that_is_repaid_at_once_has_no_due_day_beside_its_last() -> None:
    """Its end on 3 October moves before 国庆节 although the 1st is a due day of other methods."""
    terms = {"disbursement_date": date(2026, 8, 3), "term_months": 2, "method": "BULLET"}
    on_the_1st = {"due_day": "FIXED", "due_day_of_month": 1, "first_period": "FULL_MONTH"}

    plan = plan_of(terms, holiday_shift="PREVIOUS", **on_the_1st)

    assert [line.due_date.isoformat() for line in plan.lines] == ["2026-09-30"]


def test_no_due_day_moves_to_the_disbursement_or_before_it() -> None:
    """Paid out on Friday 6 November 2026, due on Sunday the 8th: back to Friday would be no day."""
    terms = {"disbursement_date": date(2026, 11, 6), "term_months": 2}

    plan = plan_of(
        terms,
        holiday_shift="PREVIOUS",
        due_day="FIXED",
        due_day_of_month=8,
        first_period="THIS_MONTH",
    )

    assert plan.first_due_date == date(2026, 11, 8)


def test_the_terms_hold_the_rest_days_that_matter_and_no_others() -> None:
    terms = some_terms(**SPRING).plan_terms(profile_of(SettlementParameters(holiday_shift="NEXT")))

    assert sorted(terms.holidays) == [date(2026, 2, day) for day in range(20, 24)]


def test_where_the_first_due_day_lies_already_it_stays_for_another_calendar() -> None:
    """A plan that is drawn anew, by a newer calendar, leaves the running period as it is."""
    terms = some_terms(**SPRING).plan_terms(profile_of(SettlementParameters(holiday_shift="NEXT")))

    moved = moved_from_rest_days(terms, date(2026, 1, 20), first_due=date(2026, 2, 20))

    assert next(periods_of(moved)).due_date == date(2026, 2, 20)
