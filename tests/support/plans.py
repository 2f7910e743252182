"""Builders of plan terms and events that default everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from servicing.domain.plan import EventType, Frequency, Plan, PlanEvent, PlanTerms, draw_plan
from servicing.domain.plan.choices import InterestCalc, Rounding, Strategy

EVEN = {"rounding": Rounding.HALF_EVEN}
PROGRESSIVE: dict[str, Any] = {
    **EVEN,
    "principal": Decimal(100),
    "annual_rate_pct": Decimal(7),
    "disbursement_date": date(2024, 1, 1),
    "n": 6,
    "interest_calc": InterestCalc.DAILY,
    "month_days": 30,
}
"""apache/fineract, EMICalculation.feature and ProgressiveEMICalculatorTest."""
CUMULATIVE: dict[str, Any] = {
    **EVEN,
    "principal": Decimal(5_000),
    "annual_rate_pct": Decimal(12),
    "disbursement_date": date(2022, 11, 1),
    "n": 6,
    "interest_calc": InterestCalc.DAILY,
    "year_days": 365,
    "installment_multiple_of": Decimal(1),
}
"""apache/fineract, LoanRepayment.feature."""
WEEKLY: dict[str, Any] = {
    **EVEN,
    "principal": Decimal(10_000),
    "annual_rate_pct": Decimal(24),
    "disbursement_date": date(2024, 7, 1),
    "n": 4,
    "frequency": Frequency.of("1 WEEK"),
}
"""apache/fineract, ClientLoanIntegrationTest."""


def some_plan_terms(**changes: Any) -> PlanTerms:
    """300,000 at 4.35 % over twelve months from 1 March 2020."""
    return PlanTerms(
        **{
            "principal": Decimal("300000"),
            "annual_rate_pct": Decimal("4.35"),
            "disbursement_date": date(2020, 3, 1),
            "n": 12,
            "method": "EQUAL_INSTALLMENT",
            **changes,
        }
    )


def an_event(day: date, kind: str, amount: object = None, **more: Any) -> PlanEvent:
    """An event; `strategy` may be given by name."""
    if "strategy" in more:
        more["strategy"] = Strategy(more["strategy"])
    money = None if amount is None else Decimal(str(amount))
    return PlanEvent(date=day, type=EventType(kind), amount=money, **more)


def shown(plan: Plan) -> list[str]:
    """Rows as one line each: due day, principal, interest, balance."""
    return [f"{r.due_date} {r.principal} {r.interest} {r.balance}" for r in plan.rows]


def totals(rows: Sequence[object]) -> list[str]:
    """The instalments of rows."""
    return [str(row.total) for row in rows]  # type: ignore[attr-defined]


def drawn(terms: dict[str, Any], *events: PlanEvent, as_of: date | None = None) -> Plan:
    """The plan of some terms with changes, after events."""
    return draw_plan(some_plan_terms(**terms), events, as_of)


def day(text: str) -> date:
    """A date in its ISO form."""
    return date.fromisoformat(text)
