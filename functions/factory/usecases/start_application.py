"""Take a submitted application into the factory."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.application import LoanApplication
from factory.ports import Applications, Workflow
from puhui.contracts.intake import ApplicationSubmitted
from puhui.tenancy import BankId


@dataclass(frozen=True)
class StartApplication:
    """Keep the application and start its workflow; the second delivery finds both done."""

    applications: Applications
    workflow: Workflow

    def __call__(self, bank_id: BankId, submission: ApplicationSubmitted) -> LoanApplication:
        application = LoanApplication(bank_id=bank_id, submission=submission)
        if not self.applications.add(application):
            # A crash between the row and the start leaves a row without an execution:
            # starting again is harmless, because the execution is named after the attempt.
            application = self.applications.get(bank_id, submission.application_id)
        if application.outcome is None:
            self.workflow.start(application)
        return application
