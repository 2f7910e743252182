"""Borrowers sealed for one application."""

from __future__ import annotations

from pydantic import ValidationError

from puhui.contracts.party import Party
from puhui.data_keys import SealBroken
from puhui.sealing import Sealer
from puhui.tenancy import BankId
from signing.domain.errors import PartyUnreadable


class SealedParties:
    """`signing.ports.Parties` with the platform's exchange key."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """The context must be the one it was sealed under."""
        try:
            opened = self._sealer.open(
                sealed, {"bank_id": bank_id, "application_id": application_id}
            )
            return Party.model_validate(opened)
        except SealBroken as error:
            raise PartyUnreadable("the seal does not open here", rule="party.seal") from error
        except ValidationError:
            # The cause would quote personal data.
            raise PartyUnreadable("not a borrower", rule="party.schema") from None
