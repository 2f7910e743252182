"""Money before its day and after it: worked examples with their public source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from servicing.domain.plan import Frequency
from servicing.domain.plan.choices import HeadTail, InterestCalc, PayoffInterest
from tests.support.plans import (
    CUMULATIVE,
    PROGRESSIVE,
    an_event,
    day,
    drawn,
    shown,
    totals,
)


def test_a_second_payment_of_one_period_pays_the_next_instalments() -> None:
    """apache/fineract EMICalculation.feature C3258: each row keeps its own due day."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-01-15"), "REPAYMENT", "17.01"),
        an_event(day("2024-01-20"), "REPAYMENT", "83.33"),
    )

    assert shown(plan) == [
        "2024-02-01 16.75 0.26 83.25",
        "2024-03-01 16.93 0.08 66.32",
        "2024-04-01 17.01 0.00 49.31",
        "2024-05-01 17.01 0.00 32.30",
        "2024-06-01 17.01 0.00 15.29",
        "2024-07-01 15.29 0.00 0.00",
    ]


def test_money_that_counted_as_principal_stays_principal() -> None:
    """apache/fineract LoanMigration.feature C4439: 1.03 too much on the first due day, then the
    second instalment is late: 927.50 go on earning, not 928.53."""
    terms = {
        **PROGRESSIVE,
        "principal": Decimal(1_000),
        "annual_rate_pct": Decimal(33),
        "disbursement_date": date(2025, 1, 1),
        "n": 12,
    }

    plan = drawn(terms, an_event(day("2025-02-01"), "REPAYMENT", 100), as_of=day("2025-04-10"))

    assert shown(plan)[:4] == [
        "2025-02-01 71.47 27.50 928.53",
        "2025-03-01 73.46 25.51 855.07",
        "2025-04-01 73.46 25.51 781.61",
        "2025-05-01 76.27 22.70 705.34",
    ]


def test_late_money_pays_what_is_overdue_and_then_what_is_coming() -> None:
    """apache/fineract LoanRepayment.feature C4152: the last instalment takes what is left."""
    terms = {
        **PROGRESSIVE,
        "principal": Decimal("1207.18"),
        "annual_rate_pct": Decimal("35.99"),
        "disbursement_date": date(2025, 4, 16),
    }

    plan = drawn(
        terms,
        an_event(day("2025-05-10"), "REPAYMENT", "222.84"),
        an_event(day("2025-06-06"), "REPAYMENT", "222.84"),
        an_event(day("2025-09-12"), "REPAYMENT", "445.68"),
        an_event(day("2025-09-12"), "REPAYMENT", "445.67"),
        an_event(day("2025-10-04"), "REPAYMENT", "4.13"),
        as_of=day("2025-10-04"),
    )

    assert [f"{row.principal} {row.interest}" for row in plan.rows] == [
        "193.88 28.96",
        "196.17 26.67",
        "190.43 32.41",
        "198.33 24.51",
        "201.50 21.34",
        "226.87 0.09",
    ]


def test_a_new_rate_sizes_the_instalments_by_the_interest_that_was_kept() -> None:
    """apache/fineract EMICalculation.feature C3259: the first instalment was settled before."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-01-15"), "REPAYMENT", "17.01"),
        an_event(day("2024-01-20"), "RATE_CHANGE", annual_rate_pct=Decimal(4)),
    )

    assert shown(plan)[1] == "2024-03-01 16.39 0.47 66.86"
    assert totals(plan.rows[1:]) == ["16.86"] * 4 + ["16.84"]


def test_interest_on_what_is_overdue_makes_no_instalment_dearer() -> None:
    """apache/fineract LoanReAgingEqualAmortization.feature C4385: the second row is overdue."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-02-01"), "REPAYMENT", "17.01"),
        an_event(day("2024-03-31"), "RATE_CHANGE", annual_rate_pct=Decimal(10)),
        as_of=day("2024-03-15"),
    )

    assert shown(plan)[2] == "2024-04-01 16.63 0.44 50.42"
    assert totals(plan.rows[2:]) == ["17.07"] * 3 + ["17.12"]


def test_principal_that_overdue_interest_took_the_place_of_is_in_the_last_row() -> None:
    """apache/fineract LoanReAging.feature C4252: a tranche after a late instalment."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-02-01"), "REPAYMENT", "17.01"),
        an_event(day("2024-04-01"), "DISBURSEMENT", 50),
        as_of=day("2024-04-01"),
    )

    assert shown(plan)[2:] == [
        "2024-04-01 16.52 0.49 50.53",
        "2024-05-01 33.28 0.59 67.25",
        "2024-06-01 33.48 0.39 33.77",
        "2024-07-01 33.77 0.20 0.00",
    ]


def test_a_prepayment_of_an_overdue_loan_pays_what_is_overdue_first() -> None:
    """862 of 1,500 are the instalment of 1 December; 638 are principal from the 5th on."""
    prepaid = an_event(day("2022-12-05"), "PREPAYMENT", 1_500, strategy="SHORTEN_TERM")

    plan = drawn(CUMULATIVE, prepaid, as_of=day("2022-12-05"))

    assert [(one.balance, (one.to_date - one.from_date).days) for one in plan.rows[1].segments] == [
        (Decimal("5000.00"), 4),
        (Decimal("3549.32"), 27),
    ]


def test_money_before_its_day_never_settles_interest_that_is_not_earned() -> None:
    """10,000 at 12 % by 30-day months, interest only: 4,000 early leave 60 a month, then 10,000."""
    terms = {
        "method": "INTEREST_FIRST",
        "principal": Decimal(10_000),
        "annual_rate_pct": Decimal(12),
        "disbursement_date": date(2024, 1, 1),
        "n": 4,
        "interest_calc": InterestCalc.DAILY,
        "month_days": 30,
    }

    plan = drawn(terms, an_event(day("2024-02-01"), "REPAYMENT", 4_100))

    assert shown(plan) == [
        "2024-02-01 0.00 100.00 10000.00",
        "2024-03-01 0.00 60.00 10000.00",
        "2024-04-01 0.00 60.00 10000.00",
        "2024-05-01 10000.00 60.00 0.00",
    ]


def test_a_payment_between_settled_instalments_stands_on_its_day() -> None:
    """Two instalments are settled early; what is prepaid before their days stands before them."""
    plan = drawn(
        PROGRESSIVE,
        an_event(day("2024-01-15"), "REPAYMENT", "34.02"),
        an_event(day("2024-02-10"), "PREPAYMENT", 10, interest=PayoffInterest.TO_DATE),
    )

    assert [str(row.due_date) for row in plan.rows[:3]] == [
        "2024-02-01",
        "2024-02-10",
        "2024-03-01",
    ]
    balances = [row.balance for row in plan.rows]
    assert balances == sorted(balances, reverse=True)


def test_interest_that_was_rounded_up_when_it_was_paid_makes_no_row_negative() -> None:
    """3.667 are paid as 3.67; the days after them earn nothing: the next row asks for nothing."""
    terms = {
        "method": "FIXED_PRINCIPAL_PERCENT",
        "percent": Decimal("33.33"),
        "principal": Decimal(10_000),
        "annual_rate_pct": Decimal(36),
        "disbursement_date": date(2023, 5, 31),
        "frequency": Frequency.of("30 DAYS"),
        "n": 6,
        "interest_calc": InterestCalc.DAILY,
        "head_tail": HeadTail.TAIL,
    }

    plan = drawn(
        terms,
        an_event(day("2023-07-25"), "REPAYMENT", 5_000),
        an_event(day("2023-07-27"), "REPAYMENT", 2_000),
        an_event(day("2023-08-08"), "REPAYMENT", 20_000),
        an_event(day("2023-08-28"), "RATE_CHANGE", annual_rate_pct=Decimal(5)),
        an_event(day("2023-09-30"), "PAYOFF", interest=PayoffInterest.TO_DATE),
    )

    assert all(row.interest >= 0 for row in plan.rows)
