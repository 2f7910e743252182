"""Check a decision against the authority matrix and the product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from operations.domain.catalogue import on_sale
from operations.domain.decision import TaskDecision, check_terms
from operations.domain.errors import DecisionNotValid, ProductNotFound
from operations.domain.task import Task
from operations.ports import Authorities, Products
from puhui.clock import BusinessCalendar
from puhui.contracts.operations import LoanProduct


@dataclass(frozen=True)
class JudgeDecision:
    """Let a decision pass when its terms fit the product and its maker has the authority."""

    authorities: Authorities
    products: Products
    calendar: BusinessCalendar

    def __call__(self, task: Task, decision: TaskDecision, roles: frozenset[str]) -> None:
        """Raise the first rule that the decision breaks."""
        matrix = self.authorities.of_bank(task.bank_id)
        matrix.check_may_work_on(roles, task.kind)
        if decision.outcome == "rejected":
            return
        if task.kind == "approval":
            check_terms(decision, self._products_of(task))
        else:
            _check_terms_untouched(task, decision)
        matrix.check_may_approve(roles, task.kind, task.at_stake(decision))

    def _products_of(self, task: Task) -> tuple[LoanProduct, ...]:
        """The product applied for; a command that names none may use any that is on sale."""
        today = self.calendar.today()
        if task.product_code is not None:
            return (on_sale(self.products.versions(task.bank_id, task.product_code), today),)
        by_code: dict[str, list[LoanProduct]] = defaultdict(list)
        for version in self.products.of_bank(task.bank_id):
            by_code[version.code].append(version)
        found: list[LoanProduct] = []
        for versions in by_code.values():
            try:
                found.append(on_sale(versions, today))
            except ProductNotFound:
                continue
        return tuple(found)


def _check_terms_untouched(task: Task, decision: TaskDecision) -> None:
    """Only an approval may change terms; other tasks confirm or refuse what was agreed."""
    proposed = (task.proposed_limit, task.proposed_rate_bps)
    if (decision.limit, decision.annual_rate_bps) != proposed:
        raise DecisionNotValid(
            "this kind of task does not change limit or rate",
            field="limit_fen",
            rule="decision.terms_fixed",
        )
