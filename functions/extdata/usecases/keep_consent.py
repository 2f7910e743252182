"""Keep a consent, or its withdrawal, in the registry that every query reads (授权登记)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from extdata.domain.consent import PURPOSES, LiveConsent
from extdata.domain.errors import ConsentMissing
from extdata.ports import Consents, Fingerprints
from puhui.clock import Clock
from puhui.contracts.extdata import CONSENT_SCOPES
from puhui.errors import Conflict, Unprocessable
from puhui.tenancy import BankId


class ConsentChanged(Conflict):
    """A consent that is known keeps its terms; new terms are a new consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """A consent as intake or a person at the counter tells it."""

    bank_id: BankId
    consent_id: str
    scope: str
    numbers: Mapping[str, str] = field(repr=False)
    """Whom it is about: {"uscc": …, "id_number": …}, at least one."""
    purposes: frozenset[str]
    providers: frozenset[str] = frozenset()
    granted_on: date
    expires_on: date
    evidence_sha256: str
    withdrawn: bool = False


@dataclass(frozen=True)
class KeepConsent:
    """Terms are kept once; a withdrawal works at once, for good, and even before the consent."""

    consents: Consents
    fingerprints: Fingerprints
    clock: Clock

    def __call__(self, given: GivenConsent) -> LiveConsent:
        """Answer the consent as it stands; telling the same again changes nothing."""
        told = self._told(given)
        known = self._known(given)
        if known is None:
            self.consents.save(told)
            return told
        if given.withdrawn:
            ended = known.withdraw(self.clock.now())
            if ended != known:
                self.consents.save(ended)
            return ended
        if _terms(known) != _terms(told):
            raise ConsentChanged(field="consent_id", rule="consent.changed")
        return known

    def _told(self, given: GivenConsent) -> LiveConsent:
        """The registry knows subjects by fingerprint only."""
        if not given.numbers:
            raise Unprocessable(
                "a consent is about somebody", field="subject", rule="consent.subject"
            )
        if given.scope not in CONSENT_SCOPES:
            raise Unprocessable(
                f"one of {', '.join(CONSENT_SCOPES)}", field="scope", rule="consent.scope"
            )
        if not given.purposes or given.purposes - PURPOSES.keys():
            raise Unprocessable("not a known purpose", field="purposes", rule="consent.purpose")
        if given.granted_on > given.expires_on:
            raise Unprocessable(
                "it ends before it begins", field="expires_on", rule="consent.period"
            )
        consent = LiveConsent(
            bank_id=given.bank_id,
            consent_id=given.consent_id,
            subject_keys=frozenset(
                self.fingerprints.of_number(name, value) for name, value in given.numbers.items()
            ),
            scope=given.scope,
            purposes=given.purposes,
            providers=given.providers,
            granted_on=given.granted_on,
            expires_on=given.expires_on,
            evidence_sha256=given.evidence_sha256,
        )
        return consent.withdraw(self.clock.now()) if given.withdrawn else consent

    def _known(self, given: GivenConsent) -> LiveConsent | None:
        try:
            return self.consents.get(given.bank_id, given.consent_id)
        except ConsentMissing:
            return None


def _terms(consent: LiveConsent) -> tuple[object, ...]:
    return (
        consent.subject_keys,
        consent.scope,
        consent.purposes,
        consent.providers,
        consent.granted_on,
        consent.expires_on,
        consent.evidence_sha256,
    )
