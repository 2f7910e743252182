"""Follow an application through the factory."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.errors import ApplicationNotFound
from intake.domain.timeline import FactoryStep
from intake.ports import Applications
from puhui.tenancy import BankId


@dataclass(frozen=True)
class FollowApplication:
    """Note each report of the factory once, whatever the order and number of deliveries."""

    applications: Applications

    def __call__(self, bank_id: BankId, application_id: str, step: FactoryStep) -> bool:
        """Tell whether the report changed anything.

        An application that intake does not know came through the factory's own API.
        """
        try:
            application = self.applications.get(bank_id, application_id)
        except ApplicationNotFound:
            return False
        followed = application.follow(step)
        if followed is application:
            return False
        self.applications.save(followed)
        return True
