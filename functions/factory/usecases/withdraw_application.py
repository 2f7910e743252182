"""Stop working on an application that its customer withdrew."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.application import ApplicationStatus, LoanApplication
from factory.domain.errors import WaitIsOver
from factory.domain.offer import answer_of
from factory.ports import Applications, Workflow
from puhui.tenancy import BankId


@dataclass(frozen=True)
class WithdrawApplication:
    """Mark it and wake a waiting offer; every later step before the money refuses to act."""

    applications: Applications
    workflow: Workflow

    def __call__(self, bank_id: BankId, application_id: str) -> LoanApplication:
        application = self.applications.get(bank_id, application_id)
        withdrawn = application.withdraw()
        if withdrawn is not application and not application.withdrawn:
            self.applications.save(withdrawn)
        offer = application.offer
        waiting = application.status is ApplicationStatus.OFFERED
        if waiting and offer is not None and offer.answer == "waiting":
            answer = {**answer_of(offer), "outcome": "withdrawn"}
            try:
                self.workflow.complete(offer.task_token, answer)
            except WaitIsOver:
                # The deadline passed at the same moment: the workflow has its own outcome.
                return withdrawn
        return withdrawn
