"""Start a failed application again, as its redriven dead letter asks."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.application import LoanApplication
from factory.domain.errors import PaymentNotFound
from factory.domain.payment import PaymentState
from factory.ports import Applications, Payments, Workflow
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ResumeApplication:
    """Open a failed application as a new attempt; what already took effect is found again."""

    applications: Applications
    payments: Payments
    workflow: Workflow

    def __call__(self, bank_id: BankId, application_id: str) -> LoanApplication:
        application = self.applications.get(bank_id, application_id)
        if application.outcome is not None:
            application = application.resume(
                money_may_have_moved=self._money_may_have_moved(application)
            )
            self.applications.save(application)
        self.workflow.start(application)
        return application

    def _money_may_have_moved(self, application: LoanApplication) -> bool:
        try:
            intent = self.payments.get(
                application.bank_id, application.application_id, application.disbursement_id
            )
        except PaymentNotFound:
            return False
        return intent.state is not PaymentState.REJECTED
