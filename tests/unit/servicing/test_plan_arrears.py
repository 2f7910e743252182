"""Pay-offs, arrears and the order of one day: worked examples with their public source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan.choices import PayoffInterest
from tests.support.plans import CUMULATIVE, WEEKLY, an_event, day, drawn

# --- pay-offs and arrears -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interest", "total"),
    [(PayoffInterest.TO_DATE, "7561.84"), (PayoffInterest.TO_PERIOD_END, "7586.62")],
)
def test_a_payoff_takes_what_is_overdue_and_interest_to_the_day_or_the_end(
    interest: PayoffInterest, total: str
) -> None:
    """ClientLoanIntegrationTest, PRE_CLOSE_DATE and REST_DATE: row 2 is two days overdue."""
    plan = drawn(
        {**WEEKLY, "disbursement_date": date(2024, 6, 29)},
        an_event(day("2024-07-06"), "REPAYMENT", "2528.91"),
        an_event(day("2024-07-15"), "PAYOFF", interest=interest),
        as_of=day("2024-07-15"),
    )

    assert plan.payoff is not None
    assert str(plan.payoff.total) == total
    assert plan.rows[-1].balance == 0


def test_an_unpaid_instalment_keeps_earning_until_the_day_of_the_plan() -> None:
    """ClientLoanIntegrationTest: row 1 unpaid, the day is the due day of row 2."""
    plan = drawn(WEEKLY, as_of=day("2024-07-15"))

    assert [f"{row.principal} {row.interest}" for row in plan.rows] == [
        "2482.76 46.15",
        "2482.76 46.15",
        "2505.67 23.24",
        "2528.81 11.67",
    ]


def test_without_overdue_interest_the_plan_is_as_if_paid() -> None:
    lenient = drawn({**WEEKLY, "overdue_interest": False}, as_of=day("2024-07-15"))

    assert lenient.rows == drawn(WEEKLY).rows


def test_a_late_payment_stops_the_interest_on_its_day() -> None:
    """Row 1 is paid on 5 December instead of the 1st: 5,000 for 4 days, 4,187.32 for 27."""
    plan = drawn(CUMULATIVE, an_event(day("2022-12-05"), "REPAYMENT", 862), as_of=day("2022-12-05"))

    assert [(one.balance, (one.to_date - one.from_date).days) for one in plan.rows[1].segments] == [
        (Decimal("5000.00"), 4),
        (Decimal("4187.32"), 27),
    ]


def test_what_is_overdue_at_maturity_is_paid_off_without_more_interest() -> None:
    plan = drawn(
        WEEKLY,
        an_event(day("2024-08-09"), "REPAYMENT", 5_000),
        an_event(day("2024-08-20"), "PAYOFF"),
        as_of=day("2024-08-20"),
    )

    assert plan.payoff is not None
    assert plan.payoff.total == plan.total - 5_000


# --- order and refusals ---------------------------------------------------------------------


def test_the_order_in_which_events_of_one_day_are_listed_does_not_matter() -> None:
    one_day = day("2022-12-10")
    events = [
        an_event(one_day, "DISBURSEMENT", 1_000),
        an_event(one_day, "RATE_CHANGE", annual_rate_pct=Decimal(10)),
        an_event(one_day, "REPAYMENT", 100),
        an_event(one_day, "PREPAYMENT", 900, strategy="REDUCE_INSTALLMENT"),
    ]

    plans = [drawn(CUMULATIVE, *events[i:], *events[:i]) for i in range(len(events))]

    assert all(plan == plans[0] for plan in plans)


@pytest.mark.parametrize("moment", ["2022-10-31", "2023-05-02"])
def test_an_event_outside_the_loan_is_refused(moment: str) -> None:
    with pytest.raises(PlanNotPossible) as refused:
        drawn(CUMULATIVE, an_event(day(moment), "DISBURSEMENT", 1))

    assert refused.value.field == "events.date"


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("DISBURSEMENT", "events.amount"),
        ("REPAYMENT", "events.amount"),
        ("PREPAYMENT", "events.amount"),
        ("RATE_CHANGE", "events.annual_rate_pct"),
    ],
)
def test_an_event_without_what_its_type_needs_is_refused(kind: str, field: str) -> None:
    with pytest.raises(PlanNotPossible) as refused:
        an_event(day("2022-12-01"), kind)

    assert refused.value.field == field
