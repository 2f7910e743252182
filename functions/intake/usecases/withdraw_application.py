"""Withdraw an application."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.application import ApplicationStatus, LoanApplication
from intake.domain.errors import ApplicationNotFound
from intake.ports import Applications
from intake.usecases.access import ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.intake import ApplicationWithdrawn
from puhui.events import Envelope
from puhui.identity import Principal


@dataclass(frozen=True)
class WithdrawApplication:
    """Take an open application back; whoever works on it is told."""

    applications: Applications
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, application_id: str) -> LoanApplication:
        """Return the application, withdrawn; withdrawing twice changes nothing."""
        application = self.applications.get(principal.bank_id, application_id)
        ensure_theirs(
            principal, "intake.withdraw_application", application.protected(), ApplicationNotFound
        )
        if application.status is ApplicationStatus.WITHDRAWN:
            return application
        withdrawn = application.withdraw(self.calendar.today(), self.clock.now())
        events = () if application.is_draft else (self._event(withdrawn),)
        return self.applications.save(withdrawn, events)

    def _event(self, application: LoanApplication) -> Envelope:
        """A draft was never told to anybody, so only a submitted application needs this."""
        application_id = application.application_id
        event = ApplicationWithdrawn(
            application_id=application_id, withdrawn_on=self.calendar.today()
        )
        return event.envelope(
            bank_id=application.bank_id,
            subject=application_id,
            correlation_id=application_id,
            clock=self.clock,
            dedup="withdrawn",
        )
