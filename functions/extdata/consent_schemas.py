"""Consents over the API: what comes in, what is shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from extdata.domain.consent import LiveConsent
from extdata.query_schemas import Number
from extdata.usecases.keep_consent import GivenConsent
from puhui.china import resident_id, uscc
from puhui.clock import utc_text
from puhui.contracts.common import Code, Contract, Identifier, Sha256
from puhui.contracts.extdata import CONSENT_SCOPES, QueryPurpose
from puhui.tenancy import BankId


class ConsentBody(Contract):
    """A paper consent that a data steward registers."""

    scope: Annotated[Code, Field(description=f"One of {', '.join(CONSENT_SCOPES)}.")]
    uscc: Number | None = None
    id_number: Number | None = None
    purposes: Annotated[tuple[QueryPurpose, ...], Field(min_length=1, max_length=10)]
    providers: Annotated[tuple[Identifier, ...], Field(max_length=50)] = ()
    granted_on: date
    expires_on: date
    evidence_sha256: Sha256

    def to_domain(self, bank_id: BankId, consent_id: str) -> GivenConsent:
        """The consent as given; the numbers stay here."""
        if self.uscc is not None:
            uscc.validate(self.uscc)
        if self.id_number is not None:
            resident_id.validate(self.id_number, field="id_number")
        numbers = {"uscc": self.uscc, "id_number": self.id_number}
        return GivenConsent(
            bank_id=bank_id,
            consent_id=consent_id,
            scope=self.scope,
            numbers={name: value for name, value in numbers.items() if value is not None},
            purposes=frozenset(self.purposes),
            providers=frozenset(self.providers),
            granted_on=self.granted_on,
            expires_on=self.expires_on,
            evidence_sha256=self.evidence_sha256,
        )


class ConsentView(Contract):
    """A consent as the registry knows it; whom it is about is not answered."""

    consent_id: str
    scope: str
    purposes: tuple[str, ...]
    providers: tuple[str, ...]
    granted_on: date
    expires_on: date
    status: Literal["live", "not_valid_today", "withdrawn"]
    withdrawn_at: str | None

    @classmethod
    def of(cls, consent: LiveConsent, today: date) -> ConsentView:
        """Show a consent as it stands today."""
        in_force = consent.granted_on <= today <= consent.expires_on
        return cls(
            consent_id=consent.consent_id,
            scope=consent.scope,
            purposes=tuple(sorted(consent.purposes)),
            providers=tuple(sorted(consent.providers)),
            granted_on=consent.granted_on,
            expires_on=consent.expires_on,
            status="withdrawn"
            if consent.withdrawn_at
            else "live"
            if in_force
            else "not_valid_today",
            withdrawn_at=None if consent.withdrawn_at is None else utc_text(consent.withdrawn_at),
        )
