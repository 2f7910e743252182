"""Each way to repay that a product may have, worked out by hand."""

from __future__ import annotations

from datetime import date

from puhui.money import Money
from tests.support.settled_loans import (
    BY_DAYS,
    FIRST,
    FIXED_20,
    amounts,
    days_and_interest,
    plan_of,
)

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
