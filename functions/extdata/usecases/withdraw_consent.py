"""Withdraw a consent (撤回授权) at the counter: it ends at once, for good."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.consent import LiveConsent
from extdata.domain.errors import ConsentMissing, ConsentNotFound
from extdata.ports import Consents
from puhui.clock import Clock
from puhui.tenancy import BankId


@dataclass(frozen=True)
class WithdrawConsent:
    """End a consent that is registered; a mistyped id must not look like a withdrawal.

    Intake's withdrawal may arrive before its consent, and goes through `KeepConsent`.
    """

    consents: Consents
    clock: Clock

    def __call__(self, bank_id: BankId, consent_id: str) -> LiveConsent:
        """Answer the ended consent; ending it twice keeps the first moment."""
        try:
            known = self.consents.get(bank_id, consent_id)
        except ConsentMissing as error:
            raise ConsentNotFound(field="consent_id", rule="consent.unknown") from error
        ended = known.withdraw(self.clock.now())
        if ended != known:
            self.consents.save(ended)
        return ended
