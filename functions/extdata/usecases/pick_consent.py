"""Pick, of every consent that a customer gave, the one that covers a product (选择授权)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from extdata.domain.consent import SCOPE_OF_PRODUCT, LiveConsent
from extdata.domain.errors import ConsentMissing
from extdata.ports import Consents
from puhui.tenancy import BankId


@dataclass(frozen=True)
class PickConsent:
    """The consent of the product's scope that is live longest; a dead one before none at all.

    The query itself checks it again: this only finds it, and a dead one gives the better reason.
    """

    consents: Consents

    def __call__(
        self, bank_id: BankId, consent_ids: Sequence[str], product: str, today: date
    ) -> str | None:
        """Answer its id, or None when no consent of this scope is registered."""
        found = [
            consent
            for consent_id in consent_ids
            if (consent := self._known(bank_id, consent_id)) is not None
            and consent.scope == SCOPE_OF_PRODUCT.get(product)
        ]
        best = max(found, key=lambda one: (_is_live(one, today), one.expires_on), default=None)
        return None if best is None else best.consent_id

    def _known(self, bank_id: BankId, consent_id: str) -> LiveConsent | None:
        try:
            return self.consents.get(bank_id, consent_id)
        except ConsentMissing:
            return None


def _is_live(consent: LiveConsent, today: date) -> bool:
    return consent.withdrawn_at is None and consent.granted_on <= today <= consent.expires_on
