"""Start a failed application again, as its redriven dead letter asks."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.application import LoanApplication
from factory.domain.errors import PaymentNotFound
from factory.domain.payment import PaymentState
from factory.ports import Applications, Limits, Payments, Reservations, Workflow
from puhui.tenancy import BankId


@dataclass(frozen=True)
class ResumeApplication:
    """Open a failed application as a new attempt; what already took effect is found again.

    Where money may have moved, the new attempt goes on at the payment. Otherwise whatever a
    failed compensation left behind is given back first, because the new attempt starts anew.
    """

    applications: Applications
    payments: Payments
    limits: Limits
    reservations: Reservations
    workflow: Workflow

    def __call__(self, bank_id: BankId, application_id: str, attempt: int) -> LoanApplication:
        application = self.applications.get(bank_id, application_id)
        if application.attempt == attempt:
            moved = self._money_may_have_moved(application)
            resumed = application.resume(money_may_have_moved=moved)
            if not moved:
                self._give_back(application)
            self.applications.save(resumed)
            application = resumed
        self.workflow.start(application)
        return application

    def _give_back(self, application: LoanApplication) -> None:
        number = application.disbursement_id
        self.reservations.void(application.bank_id, application.application_id, number)
        self.limits.release(application.bank_id, application.submission.customer_id, number)

    def _money_may_have_moved(self, application: LoanApplication) -> bool:
        try:
            intent = self.payments.get(
                application.bank_id, application.application_id, application.disbursement_id
            )
        except PaymentNotFound:
            return False
        return intent.state is not PaymentState.REJECTED
