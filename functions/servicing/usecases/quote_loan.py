"""Quote loan (试算)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.errors import Unprocessable
from servicing.domain.plan import draw_plan
from servicing.domain.plan.annual_cost import annual_cost_pct
from servicing.domain.schedule import LoanTerms, Schedule, schedule_of


@dataclass(frozen=True, kw_only=True)
class QuotedLoan:
    """A repayment plan and what it costs a year, all in."""

    schedule: Schedule
    apr_pct: Decimal


@dataclass(frozen=True)
class QuoteLoan:
    """Say what a loan would cost, instalment by instalment."""

    def __call__(self, terms: LoanTerms) -> QuotedLoan:
        plan = draw_plan(terms.plan_terms())
        schedule = schedule_of(terms, plan)
        if schedule.total.minor > MAX_AMOUNT_FEN:
            raise Unprocessable(
                "the plan is larger than an amount may be", field="principal_fen", rule="amount.max"
            )
        return QuotedLoan(schedule=schedule, apr_pct=annual_cost_pct(plan))
