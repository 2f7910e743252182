"""A party sealed for one application of one bank: it opens for no other.

parties = SealedParties(Sealer(kms, exchange_key_arn))
sealed = parties.seal(party, bank_id, application_id)      # intake
party = parties.open(sealed, bank_id, application_id)      # factory, signing
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from puhui.contracts.party import Party
from puhui.data_keys import SealBroken
from puhui.errors import Unprocessable
from puhui.sealing import Sealer
from puhui.tenancy import BankId


class PartyUnreadable(Unprocessable):
    """The sealed party does not open here, or is not a party."""


@dataclass(frozen=True)
class SealedParties:
    """The adapter behind every module's `Parties`, with the platform's exchange key."""

    sealer: Sealer

    def seal(self, party: Party, bank_id: BankId, application_id: str) -> str:
        """The party as a sealed text for this application only."""
        return self.sealer.seal(
            party.model_dump(mode="json"), party_context(bank_id, application_id)
        )

    def open(self, sealed: str, bank_id: BankId, application_id: str) -> Party:
        """The party inside, or `PartyUnreadable`."""
        try:
            return Party.model_validate(
                self.sealer.open(sealed, party_context(bank_id, application_id))
            )
        except SealBroken as error:
            raise PartyUnreadable("the seal does not open here", rule="party.seal") from error
        except ValidationError:
            # The cause would quote personal data.
            raise PartyUnreadable("not a party", rule="party.schema") from None


def party_context(bank_id: BankId, application_id: str) -> dict[str, str]:
    """What a seal is bound to."""
    return {"bank_id": bank_id, "application_id": application_id}
