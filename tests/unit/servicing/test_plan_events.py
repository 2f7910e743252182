"""What tranches, rates and payments do to a plan: worked examples with their public source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from servicing.domain.plan.choices import HeadTail, InterestCalc, PayoffInterest
from tests.support.plans import (
    CUMULATIVE,
    EVEN,
    PROGRESSIVE,
    WEEKLY,
    an_event,
    day,
    drawn,
    shown,
    totals,
)

# --- disbursements and rates ----------------------------------------------------------------


def test_a_tranche_within_a_period_makes_equal_instalments_of_what_is_out() -> None:
    """ProgressiveEMICalculatorTest, multiDisbursedAmt300InSamePeriod."""
    terms = {**PROGRESSIVE, "annual_rate_pct": Decimal("9.4822")}

    plan = drawn(terms, an_event(day("2024-01-08"), "DISBURSEMENT", 200))

    assert totals(plan.rows) == ["51.33"] * 6
    assert shown(plan)[0] == "2024-02-01 49.32 2.01 250.68"


def test_a_tranche_on_a_due_day_is_repaid_from_the_next_instalment_on() -> None:
    """EMICalculation.feature C3199: the row balance is what is left before the tranche."""
    terms = {**PROGRESSIVE, "annual_rate_pct": Decimal("9.4822")}

    plan = drawn(terms, an_event(day("2024-03-01"), "DISBURSEMENT", 100))

    assert totals(plan.rows) == ["17.13"] * 2 + ["42.63"] * 3 + ["42.61"]
    assert str(plan.rows[1].balance) == "67.19"


def test_flat_tranches_keep_instalments_equal() -> None:
    """ProgressiveEMICalculatorTest, sameAsRepayment_month_repay_every_1_periods_3."""
    terms = {
        **EVEN,
        "method": "FLAT",
        "principal": Decimal(1_000),
        "annual_rate_pct": Decimal(12),
        "disbursement_date": date(2024, 1, 1),
        "n": 3,
    }

    plan = drawn(terms, an_event(day("2024-01-05"), "DISBURSEMENT", 250))

    assert shown(plan) == [
        "2024-02-01 416.88 12.18 833.12",
        "2024-03-01 416.56 12.50 416.56",
        "2024-04-01 416.56 12.50 0.00",
    ]


@pytest.mark.parametrize(
    ("changed_on", "second", "instalment"),
    [("2024-02-01", "16.60 0.28", "16.88"), ("2024-02-14", "16.53 0.37", "16.90")],
)
def test_a_rate_that_changes_is_counted_in_segments(
    changed_on: str, second: str, instalment: str
) -> None:
    """ProgressiveEMICalculatorTest, reschedule_interest_on0201 and on0215 (from the day before)."""
    change = an_event(day(changed_on), "RATE_CHANGE", annual_rate_pct=Decimal(4))

    plan = drawn(PROGRESSIVE, change)

    row = plan.rows[1]
    assert f"{row.principal} {row.interest}" == second
    assert set(totals(plan.rows[1:-1])) == {instalment}


def test_where_the_tail_bears_interest_the_day_of_a_new_rate_is_its_first() -> None:
    change = an_event(day("2024-02-15"), "RATE_CHANGE", annual_rate_pct=Decimal(4))

    by_tail = drawn({**PROGRESSIVE, "head_tail": HeadTail.TAIL}, change)

    assert shown(by_tail)[1].startswith("2024-03-01 16.53 0.37")


# --- repayments and prepayments -------------------------------------------------------------


def test_an_instalment_paid_early_is_settled_with_the_interest_to_that_day() -> None:
    """ProgressiveEMICalculatorTest, balance_correction_on0215."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-02-01"), "REPAYMENT", "17.01"),
        an_event(day("2024-02-15"), "REPAYMENT", "17.01"),
    )

    assert shown(plan)[1:3] == ["2024-03-01 16.77 0.24 66.80", "2024-04-01 16.42 0.59 50.38"]
    assert totals(plan.rows) == ["17.01"] * 5 + ["16.95"]


def test_two_instalments_paid_at_once_settle_two_rows() -> None:
    """EMICalculation.feature C3257."""
    plan = drawn(PROGRESSIVE, an_event(day("2024-01-15"), "REPAYMENT", "34.02"))

    assert shown(plan)[:3] == [
        "2024-02-01 16.75 0.26 83.25",
        "2024-03-01 17.01 0.00 66.24",
        "2024-04-01 16.01 1.00 50.23",
    ]


def test_interest_without_room_in_an_instalment_waits_for_the_next() -> None:
    """LoanRepayment.feature C3589: 100 paid on the first day pays rows whose interest waits."""
    terms = {
        **PROGRESSIVE,
        "principal": Decimal(1_001),
        "annual_rate_pct": Decimal("35.99"),
        "disbursement_date": date(2025, 4, 10),
        "n": 24,
    }

    plan = drawn(terms, an_event(day("2025-04-10"), "REPAYMENT", 100))

    parts = [f"{row.principal} {row.interest}" for row in plan.rows[:5]]
    assert parts == ["59.10 0.00", "59.10 0.00", "0.00 59.10", "11.20 47.90", "32.96 26.14"]


@pytest.mark.parametrize(
    ("strategy", "instalments"),
    [
        ("SHORTEN_TERM", ["1000.00", "2000.00", "862.00", "862.00", "403.48"]),
        ("REDUCE_INSTALLMENT", ["1000.00", "2000.00", "536.00", "536.00", "536.00", "534.38"]),
        ("ABSORB_NEXT", ["1000.00", "2000.00", "21.31", "426.69", "862.00", "846.56"]),
    ],
)
def test_prepayments_on_due_days_by_strategy(strategy: str, instalments: list[str]) -> None:
    """LoanRepayment.feature C2629, C2630 and C2631."""
    plan = drawn(
        CUMULATIVE,
        an_event(day("2022-12-01"), "PREPAYMENT", 1_000, strategy=strategy),
        an_event(day("2023-01-01"), "PREPAYMENT", 2_000, strategy=strategy),
    )

    assert totals(plan.rows) == instalments


def test_a_prepayment_beside_the_days_repayment_is_all_principal() -> None:
    together = drawn(
        CUMULATIVE,
        an_event(day("2022-12-01"), "REPAYMENT", 862),
        an_event(day("2022-12-01"), "PREPAYMENT", 138, strategy="SHORTEN_TERM"),
    )

    at_once = drawn(
        CUMULATIVE, an_event(day("2022-12-01"), "PREPAYMENT", 1_000, strategy="SHORTEN_TERM")
    )

    assert together == at_once


def test_a_prepayment_within_a_period_is_principal_of_the_running_instalment() -> None:
    """LoanRepayment.feature C2557: the row's interest, cut at the day, is due besides."""
    plan = drawn(
        CUMULATIVE, an_event(day("2022-11-27"), "PREPAYMENT", 863, strategy="REDUCE_INSTALLMENT")
    )

    assert shown(plan)[:2] == ["2022-12-01 863.00 48.18 4137.00", "2023-01-01 809.84 42.16 3327.16"]


@pytest.mark.parametrize(
    ("amount", "strategy", "rows"),
    [
        (4_000, "REDUCE_INSTALLMENT", ["3965.31 34.69", "1771.88 16.39", "1780.05 8.22"]),
        (5_100, "ABSORB_NEXT", ["5065.31 34.69", "0.00 11.32", "2451.93 11.32"]),
    ],
)
def test_by_periods_a_prepayment_pays_the_whole_running_instalment(
    amount: int, strategy: str, rows: list[str]
) -> None:
    """ClientLoanIntegrationTest, paid two days after the first due day."""
    plan = drawn(WEEKLY, an_event(day("2024-07-10"), "PREPAYMENT", amount, strategy=strategy))

    assert [f"{row.principal} {row.interest}" for row in plan.rows[1:]] == rows


def test_a_prepayment_may_pay_the_interest_to_its_day_in_a_row_of_its_own() -> None:
    """ClientLoanIntegrationTest, REDUCE_NUMBER_OF_INSTALLMENTS: 3,990.09 + 9.91."""
    plan = drawn(
        WEEKLY,
        an_event(
            day("2024-07-10"),
            "PREPAYMENT",
            4_000,
            strategy="SHORTEN_TERM",
            interest=PayoffInterest.TO_DATE,
        ),
    )

    assert shown(plan)[1] == "2024-07-10 3990.09 9.91 3527.15"
    assert [str(row.total) for row in plan.rows[2:-1]] == ["2528.91"]


def test_a_prepayment_on_the_first_day_never_makes_interest_negative() -> None:
    """frappe/lending had a negative interest for a prepayment on the day of the disbursement."""
    plan = drawn(
        CUMULATIVE,
        an_event(day("2022-11-01"), "PREPAYMENT", 500, interest=PayoffInterest.TO_DATE),
    )

    assert (str(plan.rows[0].principal), str(plan.rows[0].interest)) == ("500.00", "0.00")
    assert all(row.interest >= 0 for row in plan.rows)


def test_revolving_principal_is_repaid_any_day_and_its_interest_waits() -> None:
    """680,000 day-balances at 0.72 % over 360 are 13.60 (积数)."""
    terms = {
        "method": "REVOLVING",
        "principal": Decimal(40_000),
        "annual_rate_pct": Decimal("0.72"),
        "disbursement_date": date(2026, 3, 21),
        "n": 1,
        "interest_calc": InterestCalc.DAILY,
    }

    plan = drawn(terms, an_event(day("2026-04-03"), "REPAYMENT", 30_000))

    assert shown(plan) == [
        "2026-04-03 30000.00 0.00 10000.00",
        "2026-04-21 10000.00 14.00 0.00",
    ]
