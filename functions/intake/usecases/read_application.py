"""Read one application."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.application import LoanApplication
from intake.domain.errors import ApplicationNotFound
from intake.ports import Applications
from intake.usecases.access import ensure_theirs
from puhui.identity import Principal


@dataclass(frozen=True)
class ReadApplication:
    """Show an application with its timeline to those who may see it."""

    applications: Applications

    def __call__(self, principal: Principal, application_id: str) -> LoanApplication:
        """Return the application, or raise ApplicationNotFound."""
        application = self.applications.get(principal.bank_id, application_id)
        ensure_theirs(
            principal, "intake.read_application", application.protected(), ApplicationNotFound
        )
        return application
