"""Seals parties under the platform's exchange key."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.party import Party
from puhui.sealing import Sealer
from puhui.tenancy import BankId


@dataclass(frozen=True)
class SealedParties:
    """A party sealed for one application of one bank opens for no other."""

    sealer: Sealer

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        """Return the sealed text."""
        context = {"bank_id": bank_id, "application_id": application_id}
        return self.sealer.seal(party.model_dump(mode="json"), context)
