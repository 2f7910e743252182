"""Withdraw a consent."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.consent import Consent
from intake.domain.errors import ConsentNotFound
from intake.ports import ConsentRegistry, Consents, Customers
from intake.usecases.access import ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.intake import ConsentWithdrawn
from puhui.identity import Principal


@dataclass(frozen=True)
class WithdrawConsent:
    """End a consent today: first where it is used, then on record, where everybody hears of it.

    When external data does not answer, nothing is recorded and the withdrawal is to be repeated:
    a consent that is recorded as withdrawn is used by nobody any more.
    """

    consents: Consents
    customers: Customers
    registry: ConsentRegistry
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, principal: Principal, consent_id: str) -> Consent:
        """Return the consent, dead; one that was withdrawn before stays as it is."""
        consent = self.consents.get(principal.bank_id, consent_id)
        ensure_theirs(principal, "intake.withdraw_consent", consent.protected(), ConsentNotFound)
        if consent.withdrawn_on is not None:
            return consent
        today = self.calendar.today()
        withdrawn = consent.withdraw(today, principal.subject)
        self.registry.tell(withdrawn, self.customers.get(consent.bank_id, consent.customer_id))
        event = ConsentWithdrawn(
            consent_id=consent_id, customer_id=consent.customer_id, withdrawn_on=today
        )
        envelope = event.envelope(
            bank_id=consent.bank_id,
            subject=consent_id,
            correlation_id=consent_id,
            clock=self.clock,
            dedup="withdrawn",
        )
        self.consents.save(withdrawn, (envelope,))
        return withdrawn
