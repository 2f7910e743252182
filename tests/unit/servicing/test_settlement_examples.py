"""Each way to repay that a product may have, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from puhui.contracts.settlement import SettlementParameters
from puhui.money import Money
from servicing.domain.due_days import moved_from_rest_days
from servicing.domain.plan.calendar import periods_of
from servicing.domain.schedule import Schedule, repayment_plan
from servicing.domain.settlement import profile_of
from tests.support.servicing import some_terms

BY_DAYS = {"interest_calc": "DAILY", "month_days": "ACTUAL"}
SPRING: dict[str, Any] = {
    "principal": Money.of_yuan("360000"),
    "annual_rate_bps": 360,
    "term_months": 3,
    "method": "INTEREST_FIRST",
    "disbursement_date": date(2026, 1, 20),
}
"""36.00 yuan a day: 360,000 × 3.60 % ÷ 360. 20 February 2026 lies within 春节 (15 to 23)."""
FIRST: dict[str, Any] = {"disbursement_date": date(2026, 11, 2)}
"""300,000 yuan at 4.35 %: twelve instalments of 25,592.97."""
FIXED_20 = {"due_day": "FIXED", "due_day_of_month": 20}


def plan_of(terms: dict[str, Any], **settlement: Any) -> Schedule:
    """The plan of a loan of 300,000 yuan at 4.35 % with changes."""
    return repayment_plan(
        some_terms(**terms), profile_of(SettlementParameters.model_validate(settlement))
    )


def days_and_interest(plan: Schedule) -> list[tuple[str, int, str]]:
    """Due day, days and interest of each line."""
    return [(line.due_date.isoformat(), line.days, str(line.interest.yuan)) for line in plan.lines]


def amounts(plan: Schedule, *lines: int) -> list[tuple[str, str]]:
    """Principal and interest of some lines, counted from 1 or from the end."""
    found = [plan.lines[n - 1 if n > 0 else n] for n in lines]
    return [(str(line.principal.yuan), str(line.interest.yuan)) for line in found]


# --- 节假日顺延 --------------------------------------------------------------------------------


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


# --- 首期按实际天数 ----------------------------------------------------------------------------


def test_a_first_period_of_48_days_bears_48_days_of_interest_beside_a_regular_principal() -> None:
    """2 November to 20 December: 300,000 × 4.35 % × 48 ÷ 360 = 1,740.00 beside
    25,592.97 − 1,087.50 = 24,505.47; then 275,494.53 × 4.35 % ÷ 12 = 998.67."""
    plan = plan_of(FIRST, first_instalment="ACTUAL_DAYS", **FIXED_20)

    assert amounts(plan, 1, 2) == [("24505.47", "1740.00"), ("24594.30", "998.67")]


def test_without_it_the_first_instalment_is_as_the_others() -> None:
    plan = plan_of(FIRST, **FIXED_20)

    assert amounts(plan, 1) == [("24505.47", "1087.50")]


def test_a_short_first_period_bears_less() -> None:
    """2 to 20 November: 300,000 × 4.35 % × 18 ÷ 360 = 652.50."""
    plan = plan_of(FIRST, first_instalment="ACTUAL_DAYS", first_period="THIS_MONTH", **FIXED_20)

    assert amounts(plan, 1) == [("24505.47", "652.50")]


def test_later_instalments_are_those_of_a_loan_whose_first_period_is_regular() -> None:
    by_days, regular = (
        plan_of(FIRST, first_instalment=first, **FIXED_20) for first in ("ACTUAL_DAYS", "NORMAL")
    )

    assert by_days.lines[1:] == regular.lines[1:]


def test_only_equal_instalments_have_such_a_first_one() -> None:
    first = {"first_instalment": "ACTUAL_DAYS", **FIXED_20}

    plan = plan_of(FIRST | {"method": "EQUAL_PRINCIPAL"}, **first)

    assert plan.lines == plan_of(FIRST | {"method": "EQUAL_PRINCIPAL"}, **FIXED_20).lines


# --- 气球贷, 按比例还本, 还本宽限期 --------------------------------------------------------------


def test_a_balloon_of_equal_principal_leaves_the_rest_to_the_last_day() -> None:
    """300,000 ÷ 120 = 2,500.00 a month; 272,500.00 are left: × 4.35 % ÷ 12 = 987.81."""
    plan = plan_of({"method": "EQUAL_PRINCIPAL"}, amortisation_months=120)

    assert amounts(plan, 1, 2, -1) == [
        ("2500.00", "1087.50"),
        ("2500.00", "1078.44"),
        ("272500.00", "987.81"),
    ]


def test_a_balloon_of_equal_instalments_is_sized_for_the_longer_time() -> None:
    """r = 0.003625, (1+r)^120 = 1.543748…: 300,000 × r ÷ (1 − 1 ÷ 1.543748…) = 3,087.51."""
    plan = plan_of({}, amortisation_months=120)
    whole = plan_of({"term_months": 120})

    assert plan.lines[:11] == whole.lines[:11]
    assert plan.lines[0].total == Money.of_yuan("3087.51")
    assert plan.lines[11].principal == whole.lines[10].balance


def test_a_balloon_as_long_as_its_loan_is_none() -> None:
    assert plan_of({}, amortisation_months=12).lines == plan_of({}).lines


def test_a_share_of_the_principal_each_month_and_the_rest_at_the_end() -> None:
    """5 % of 300,000 = 15,000.00 eleven times; 135,000.00 are left."""
    plan = plan_of({"method": "FIXED_PRINCIPAL_PERCENT"}, principal_share_bps=500)

    assert amounts(plan, 1, 2, -1) == [
        ("15000.00", "1087.50"),
        ("15000.00", "1033.13"),
        ("135000.00", "489.38"),
    ]


def test_within_the_principals_grace_only_interest_is_paid() -> None:
    """Three months of 1,087.50, then 300,000 ÷ 9 = 33,333.33 a month, 33,333.36 at last."""
    plan = plan_of({"method": "EQUAL_PRINCIPAL"}, principal_grace=3)

    assert amounts(plan, 1, 3, 4, -1) == [
        ("0.00", "1087.50"),
        ("0.00", "1087.50"),
        ("33333.33", "1087.50"),
        ("33333.36", "120.83"),
    ]


# --- 还款周期 ---------------------------------------------------------------------------------


def test_interest_each_quarter_on_the_21st_by_its_days() -> None:
    """36.00 a day: 60 days to 21 March, 92, 92 and 91 to those of June, September, December, and 30
    to the end: 2,160.00, 3,312.00 twice, 3,276.00 and 1,080.00, together 365 × 36.00."""
    terms = {
        "annual_rate_bps": 432,
        "method": "INTEREST_FIRST",
        "disbursement_date": date(2026, 1, 20),
    }

    plan = plan_of(
        terms, instalment_period="QUARTER", due_day="FIXED", due_day_of_month=21, **BY_DAYS
    )

    assert days_and_interest(plan) == [
        ("2026-03-21", 60, "2160.00"),
        ("2026-06-21", 92, "3312.00"),
        ("2026-09-21", 92, "3312.00"),
        ("2026-12-21", 91, "3276.00"),
        ("2027-01-20", 30, "1080.00"),
    ]


def test_equal_principal_each_quarter_by_quarters() -> None:
    """300,000 ÷ 4 = 75,000.00; 4.35 % ÷ 4 of 300,000 is 3,262.50, of 75,000 815.63."""
    plan = plan_of({"method": "EQUAL_PRINCIPAL"}, instalment_period="QUARTER")

    assert len(plan.lines) == 4
    assert amounts(plan, 1, -1) == [("75000.00", "3262.50"), ("75000.00", "815.63")]


def test_a_balloon_each_quarter_is_amortised_in_quarters() -> None:
    """120 months are 40 quarters: 300,000 ÷ 40 = 7,500.00, and 277,500.00 with the fourth."""
    plan = plan_of(
        {"method": "EQUAL_PRINCIPAL"}, instalment_period="QUARTER", amortisation_months=120
    )

    assert amounts(plan, 1, -1)[0][0] == "7500.00"
    assert amounts(plan, -1)[0][0] == "277500.00"


def test_a_term_of_ten_months_ends_with_a_short_quarter() -> None:
    """300,000 × 4.35 % × 1 ÷ 12 = 1,087.50 for the tenth month."""
    plan = plan_of({"method": "INTEREST_FIRST", "term_months": 10}, instalment_period="QUARTER")

    assert amounts(plan, -2, -1) == [("0.00", "3262.50"), ("300000.00", "1087.50")]


# --- 利息小数位 --------------------------------------------------------------------------------


def test_interest_in_whole_yuan_leaves_the_principal_in_fen() -> None:
    """100,000.55 × 4.35 % ÷ 12 = 362.50…: 363 yuan; all of the principal comes back."""
    plan = plan_of(
        {"principal": Money.of_yuan("100000.55"), "method": "INTEREST_FIRST"}, decimals=0
    )

    assert amounts(plan, 1, -1) == [("0.00", "363.00"), ("100000.55", "363.00")]
