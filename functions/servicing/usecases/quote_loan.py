"""Quote loan (试算)."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.contracts.disclosure import CostDisclosure
from puhui.contracts.settlement import SettlementParameters
from puhui.errors import Unprocessable
from puhui.settlement import check_loan, check_settlement
from servicing.domain.disclosure.table import CostTerms, cost_disclosure
from servicing.domain.plan import draw_plan
from servicing.domain.schedule import LoanTerms, Schedule, schedule_of
from servicing.domain.settlement import profile_of


@dataclass(frozen=True, kw_only=True)
class QuotedLoan:
    """A repayment plan and what it costs, all in."""

    schedule: Schedule
    settlement: SettlementParameters
    disclosure: CostDisclosure


@dataclass(frozen=True)
class QuoteLoan:
    """Say what a loan would cost, instalment by instalment and fee by fee."""

    def __call__(self, terms: LoanTerms, cost: CostTerms) -> QuotedLoan:
        check_settlement(cost.settlement, terms.disbursement_date)
        check_loan(cost.settlement, terms.method, terms.term_months)
        profile = profile_of(cost.settlement)
        plan = draw_plan(terms.plan_terms(profile))
        schedule = schedule_of(terms, plan, profile)
        if schedule.total.minor > MAX_AMOUNT_FEN:
            raise Unprocessable(
                "the plan is larger than an amount may be", field="principal_fen", rule="amount.max"
            )
        return QuotedLoan(
            schedule=schedule,
            settlement=cost.settlement,
            disclosure=cost_disclosure(plan, schedule, cost),
        )
