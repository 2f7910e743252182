"""Follow an application through the factory."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.errors import ApplicationNotFound
from intake.domain.timeline import FactoryStep
from intake.ports import Applications
from puhui.tenancy import BankId


@dataclass(frozen=True)
class FollowApplication:
    """Note each report of the factory once, whatever the order and number of deliveries.

    The report is kept under its event's id, so the note is its own inbox: there is no moment
    between "seen" and "done" in which a crash could lose it.
    """

    applications: Applications

    def __call__(self, bank_id: BankId, application_id: str, step: FactoryStep) -> bool:
        """Tell whether intake knows the application; others came through the factory's own API."""
        try:
            self.applications.note(bank_id, application_id, step)
        except ApplicationNotFound:
            return False
        return True
