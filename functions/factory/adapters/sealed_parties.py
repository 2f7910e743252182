"""Personal data sealed for one application."""

from __future__ import annotations

from puhui.contracts.party import Party
from puhui.sealing import Sealer
from puhui.tenancy import BankId


class SealedParties:
    """`factory.ports.Parties` with the platform's exchange key."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """The context must be the one it was sealed under."""
        return Party.model_validate(self._sealer.open(sealed, _context(bank_id, application_id)))

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        """Sealed under bank and application."""
        return self._sealer.seal(party.model_dump(mode="json"), _context(bank_id, application_id))


def _context(bank_id: BankId, application_id: str) -> dict[str, str]:
    return {"bank_id": bank_id, "application_id": application_id}
