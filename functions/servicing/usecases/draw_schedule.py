"""Draw schedule (还款计划试算): any terms and events, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from servicing.domain.errors import PlanNotPossible
from servicing.domain.plan import Plan, PlanEvent, PlanTerms, draw_plan
from servicing.domain.plan.annual_cost import NoAnnualCost, annual_cost_pct


@dataclass(frozen=True, kw_only=True)
class DrawnSchedule:
    """A plan and what it costs a year, all in."""

    plan: Plan
    apr_pct: Decimal


@dataclass(frozen=True)
class DrawSchedule:
    """Say what a loan of these terms asks for, after what has happened to it."""

    def __call__(
        self, terms: PlanTerms, events: Sequence[PlanEvent] = (), as_of: date | None = None
    ) -> DrawnSchedule:
        plan = draw_plan(terms, events, as_of)
        try:
            return DrawnSchedule(plan=plan, apr_pct=annual_cost_pct(plan))
        except NoAnnualCost as error:
            raise _no_cost(terms) from error


def _no_cost(terms: PlanTerms) -> PlanNotPossible:
    """No rate is what the loan costs: of fees as large as it, or interest for no time at all."""
    if terms.fees:
        return PlanNotPossible(
            "the fees leave the borrower with nothing", field="fees", rule="fees.cost"
        )
    return PlanNotPossible(
        "interest is asked for a loan that is repaid on its first day",
        field="events",
        rule="events.cost",
    )
