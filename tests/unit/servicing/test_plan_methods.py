"""Every repayment method against worked examples, with their public source where there is one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from puhui.contracts.servicing import REPAYMENT_METHOD_NAMES
from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan import Frequency, accrued_interest, draw_plan
from servicing.domain.plan.choices import InterestCalc, Rounding
from servicing.domain.plan.methods import METHODS
from tests.support.plans import shown, some_plan_terms, totals

FINERACT = {
    "annual_rate_pct": Decimal("9.4822"),
    "disbursement_date": date(2024, 1, 1),
    "interest_calc": InterestCalc.DAILY,
    "month_days": 30,
    "rounding": Rounding.HALF_EVEN,
    "principal": Decimal(100),
    "n": 6,
}
"""As apache/fineract, ProgressiveEMICalculatorTest, sets its loans up."""


def test_equal_instalments_by_thirty_day_months() -> None:
    """apache/fineract ProgressiveEMICalculatorTest, 360/30, monthly."""
    plan = draw_plan(some_plan_terms(**FINERACT))

    assert shown(plan) == [
        "2024-02-01 16.34 0.79 83.66",
        "2024-03-01 16.47 0.66 67.19",
        "2024-04-01 16.60 0.53 50.59",
        "2024-05-01 16.73 0.40 33.86",
        "2024-06-01 16.86 0.27 17.00",
        "2024-07-01 17.00 0.13 0.00",
    ]


@pytest.mark.parametrize(
    ("frequency", "year_days", "instalments"),
    [
        ("1 WEEK", 364, ["16.77"] * 5 + ["16.78"]),
        ("15 DAYS", 360, ["16.90"] * 5 + ["16.89"]),
    ],
)
def test_equal_instalments_by_weeks_and_days(
    frequency: str, year_days: int, instalments: list[str]
) -> None:
    """apache/fineract ProgressiveEMICalculatorTest, 364 and 360 days, actual days."""
    changes = {"frequency": Frequency.of(frequency), "year_days": year_days}
    terms = some_plan_terms(**{**FINERACT, **changes})

    assert totals(draw_plan(terms).rows) == instalments


def test_by_periods_a_week_is_a_fifty_second_of_a_year() -> None:
    """apache/fineract ClientLoanIntegrationTest: 10,000 at 24 % in four weeks."""
    terms = some_plan_terms(
        principal=Decimal(10_000),
        annual_rate_pct=Decimal(24),
        n=4,
        frequency=Frequency.of("1 WEEK"),
    )

    assert [f"{row.principal} {row.interest}" for row in draw_plan(terms).rows] == [
        "2482.76 46.15",
        "2494.22 34.69",
        "2505.73 23.18",
        "2517.29 11.62",
    ]


def test_the_last_instalment_takes_what_rounding_left() -> None:
    """apache/fineract GroupLoanIntegrationTest: 12,000 at 24 % in four months."""
    terms = some_plan_terms(principal=Decimal(12_000), annual_rate_pct=Decimal(24), n=4)

    assert totals(draw_plan(terms).rows) == ["3151.49"] * 3 + ["3151.47"]


def test_instalments_may_be_whole_multiples() -> None:
    """frappe/lending test_loan: 280,000 at 8.4 % in 20 months, instalments in whole units."""
    terms = some_plan_terms(
        principal=Decimal(280_000),
        annual_rate_pct=Decimal("8.4"),
        n=20,
        installment_multiple_of=Decimal(1),
    )

    assert set(totals(draw_plan(terms).rows[:-1])) == {"15052.00"}


def test_a_fixed_instalment_repays_until_done() -> None:
    """frappe/lending test_loan: 14,000 a month takes 22 months, whatever term was named."""
    terms = some_plan_terms(
        principal=Decimal(280_000),
        annual_rate_pct=Decimal("8.4"),
        n=20,
        fixed_installment=Decimal(14_000),
    )

    plan = draw_plan(terms)

    assert len(plan.rows) == 22
    assert set(totals(plan.rows[:-1])) == {"14000.00"}
    assert round(plan.total_interest) == 22_712


def test_a_fixed_flat_instalment_repays_until_done() -> None:
    """10,000 at 12 % flat: 100 interest a month; 1,100 a month repay 1,000 each."""
    terms = some_plan_terms(
        method="FLAT",
        principal=Decimal(10_000),
        annual_rate_pct=Decimal(12),
        n=None,
        fixed_installment=Decimal(1_100),
    )

    assert totals(draw_plan(terms).rows) == ["1100.00"] * 10


def test_a_fixed_instalment_that_pays_less_than_the_interest_is_refused() -> None:
    with pytest.raises(PlanNotPossible) as refused:
        draw_plan(some_plan_terms(fixed_installment=Decimal(1_000)))

    assert (refused.value.field, refused.value.rule) == (
        "fixed_installment",
        "fixed_installment.repays",
    )


def test_equal_principal_in_multiples_with_grace() -> None:
    """apache/fineract ClientLoanIntegrationTest: 10,000,000 in 24 months, 5 of them grace."""
    terms = some_plan_terms(
        method="EQUAL_PRINCIPAL",
        principal=Decimal(10_000_000),
        annual_rate_pct=Decimal(24),
        n=24,
        decimals=0,
        principal_multiple_of=Decimal(100),
        principal_grace=5,
    )

    rows = draw_plan(terms).rows

    assert [str(row.principal) for row in rows[:7]] == ["0"] * 5 + ["526300"] * 2
    assert [str(row.interest) for row in rows[:7]] == ["200000"] * 6 + ["189474"]


def test_interest_first_by_days() -> None:
    """By days over 360: March and May have 31, April 30."""
    terms = some_plan_terms(
        method="INTEREST_FIRST", interest_calc=InterestCalc.DAILY, month_days="ACTUAL", n=3
    )

    assert shown(draw_plan(terms)) == [
        "2020-04-01 0.00 1123.75 300000.00",
        "2020-05-01 0.00 1087.50 300000.00",
        "2020-06-01 300000.00 1123.75 0.00",
    ]


def test_bullet_pays_everything_once() -> None:
    terms = some_plan_terms(method="BULLET", principal=Decimal(10_000), annual_rate_pct=Decimal(10))

    assert shown(draw_plan(terms)) == ["2021-03-01 10000.00 1000.00 0.00"]


def test_bullet_by_days_counts_every_day_once() -> None:
    terms = some_plan_terms(
        method="BULLET",
        interest_calc=InterestCalc.DAILY,
        month_days="ACTUAL",
        n=None,
        maturity_date=date(2020, 6, 9),
        principal=Decimal(100_000),
        annual_rate_pct=Decimal("3.6"),
    )

    plan = draw_plan(terms)

    assert (plan.rows[0].days, str(plan.rows[0].interest)) == (100, "1000.00")


def test_flat_interest_is_on_the_original_principal_and_rounded_once() -> None:
    """1,250 at 15 %: 15.625 a month; by HALF_EVEN three rows say 15.62, the last 15.64."""
    terms = some_plan_terms(
        method="FLAT",
        principal=Decimal(1_250),
        annual_rate_pct=Decimal(15),
        n=4,
        rounding=Rounding.HALF_EVEN,
    )

    rows = draw_plan(terms).rows

    assert [str(row.interest) for row in rows] == ["15.62", "15.62", "15.62", "15.64"]
    assert {str(row.principal) for row in rows} == {"312.50"}


@pytest.mark.parametrize(
    ("multiple", "instalments"),
    [(1, ["429.00", "429.00", "429.50"]), (20, ["440.00", "440.00", "407.50"])],
)
def test_flat_instalments_in_multiples_round_principal_and_interest_on_their_own(
    multiple: int, instalments: list[str]
) -> None:
    """apache/fineract LoanInstallmentMultiplesOfTest: 1,250 at 12 % flat in three months."""
    terms = some_plan_terms(
        method="FLAT",
        principal=Decimal(1_250),
        annual_rate_pct=Decimal(12),
        n=3,
        rounding=Rounding.HALF_EVEN,
        installment_multiple_of=Decimal(multiple),
    )

    assert totals(draw_plan(terms).rows) == instalments


def test_flat_by_days_asks_for_equal_instalments() -> None:
    """apache/fineract EMICalculation.feature C3893: 1,000 at 12 % flat, actual days of 2024."""
    terms = some_plan_terms(
        method="FLAT",
        principal=Decimal(1_000),
        annual_rate_pct=Decimal(12),
        disbursement_date=date(2024, 6, 1),
        n=3,
        interest_calc=InterestCalc.DAILY,
        year_days="ACTUAL",
        month_days="ACTUAL",
        rounding=Rounding.HALF_EVEN,
    )

    assert shown(draw_plan(terms)) == [
        "2024-07-01 333.55 9.84 666.45",
        "2024-08-01 333.23 10.16 333.22",
        "2024-09-01 333.22 10.16 0.00",
    ]


def test_a_percentage_of_the_principal_each_month_and_the_remainder_last() -> None:
    """apache/fineract LoanFixedPrincipalPercentageAmortizationTest: 5 % of 100,000, 13 months."""
    terms = some_plan_terms(
        method="FIXED_PRINCIPAL_PERCENT",
        percent=Decimal(5),
        principal=Decimal(100_000),
        annual_rate_pct=Decimal(24),
        n=13,
    )

    rows = draw_plan(terms).rows

    assert [str(row.principal) for row in rows] == ["5000.00"] * 12 + ["40000.00"]


def test_a_percentage_is_required_by_its_method() -> None:
    with pytest.raises(PlanNotPossible) as refused:
        draw_plan(some_plan_terms(method="FIXED_PRINCIPAL_PERCENT"))

    assert (refused.value.field, refused.value.rule) == ("percent", "percent.required")


def test_interest_of_grace_falls_due_with_the_first_paying_instalment() -> None:
    """apache/fineract ClientLoanIntegrationTest, moratorium: principal is as without grace."""
    terms = some_plan_terms(
        principal=Decimal(10_000),
        annual_rate_pct=Decimal(24),
        n=4,
        frequency=Frequency.of("1 WEEK"),
        interest_grace=1,
    )

    rows = draw_plan(terms).rows

    assert [str(row.interest) for row in rows] == ["0.00", "80.84", "23.18", "11.62"]
    assert str(rows[0].principal) == "2482.76"
    assert [str(accrued_interest(row, row.due_date)) for row in rows[:2]] == [
        "46.15 CNY",
        "34.69 CNY",
    ]


def test_principal_grace_sizes_the_instalments_that_are_left() -> None:
    plan = draw_plan(some_plan_terms(principal_grace=3))
    without = draw_plan(some_plan_terms(n=9))

    assert totals(plan.rows[:3]) == ["1087.50"] * 3
    assert totals(plan.rows[3:]) == totals(without.rows)


def test_methods_are_named_as_in_the_contract() -> None:
    assert {code: method.name for code, method in METHODS.items()} == REPAYMENT_METHOD_NAMES
