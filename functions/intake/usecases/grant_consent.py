"""Record a customer's consent with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from intake.domain.consent import (
    MAX_CONSENTS_PER_CUSTOMER,
    Consent,
    check_validity,
)
from intake.domain.customer import Customer
from intake.domain.errors import ConsentWithdrawn, CustomerNotFound, TooManyConsents
from intake.ports import ConsentRegistry, Consents, CustomerFile, Customers
from intake.usecases.access import ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.extdata import ConsentScope
from puhui.identity import Principal
from puhui.ids import derived_id


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantConsentCommand:
    """Which consent, in which wording, until when, proven by what."""

    principal: Principal
    customer_id: str
    scope: ConsentScope
    wording_version: str
    expires_on: date
    evidence_sha256: str


@dataclass(frozen=True)
class GrantConsent:
    """Keep a consent and register it where external data looks.

    The same consent with the same evidence is the same consent; granting it again registers it
    again, which completes what was interrupted, and what was granted before there was a registry.
    """

    customers: Customers
    consents: Consents
    registry: ConsentRegistry
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: GrantConsentCommand) -> Consent:
        """Return the consent, new or known."""
        file = self.customers.file(command.principal.bank_id, command.customer_id)
        ensure_theirs(
            command.principal, "intake.create_consent", file.customer.protected(), CustomerNotFound
        )
        consent = self._kept(self._consent(command, file.customer), file)
        self.registry.tell(consent, file.customer)
        return consent

    def _kept(self, consent: Consent, file: CustomerFile) -> Consent:
        check_validity(consent)
        for known in file.consents:
            if known.consent_id == consent.consent_id:
                return _still_given(known)
        if len(file.consents) >= MAX_CONSENTS_PER_CUSTOMER:
            raise TooManyConsents(rule="consents.max")
        self.consents.add(consent)
        return consent

    def _consent(self, command: GrantConsentCommand, customer: Customer) -> Consent:
        return Consent(
            consent_id=derived_id(
                "con",
                customer.bank_id,
                customer.customer_id,
                command.scope,
                command.wording_version,
                command.expires_on.isoformat(),
                command.evidence_sha256,
            ),
            bank_id=customer.bank_id,
            branch_id=customer.branch_id,
            customer_id=customer.customer_id,
            scope=command.scope,
            wording_version=command.wording_version,
            evidence_sha256=command.evidence_sha256,
            granted_on=self.calendar.today(),
            expires_on=command.expires_on,
            created_by=command.principal.subject,
            created_at=self.clock.now(),
        )


def _still_given(known: Consent) -> Consent:
    """A withdrawn consent is never revived by showing its old evidence again."""
    if known.withdrawn_on is not None:
        raise ConsentWithdrawn(field="evidence_sha256", rule="consent.withdrawn")
    return known
