"""Close application (结案)."""

from __future__ import annotations

from dataclasses import dataclass

from factory.domain.application import ApplicationStatus, LoanApplication
from factory.ports import Applications
from puhui.clock import BusinessCalendar
from puhui.contracts.common import Reason
from puhui.contracts.factory import Outcome
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseApplicationCommand:
    """The outcome and, for a disbursed loan, what was disbursed."""

    bank_id: BankId
    application_id: str
    outcome: Outcome
    reasons: tuple[Reason, ...]
    amount_fen: int
    annual_rate_bps: int
    loan_id: str | None


@dataclass(frozen=True)
class CloseApplication:
    """Give an application its named outcome once, and tell everybody who subscribed."""

    applications: Applications
    calendar: BusinessCalendar

    def __call__(self, command: CloseApplicationCommand) -> LoanApplication:
        application = self.applications.get(command.bank_id, command.application_id)
        already_closed = application.status is ApplicationStatus.CLOSED
        closed = application.close(command.outcome, command.reasons, command.loan_id)
        if not already_closed:
            event = closed.closed(
                command.amount_fen, command.annual_rate_bps, self.calendar.today()
            )
            self.applications.save(closed, [event])
        return closed
