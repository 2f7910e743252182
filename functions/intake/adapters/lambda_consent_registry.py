"""The registry of consents that external data asks before every query (授权登记)."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.domain.consent import PURPOSES, Consent
from intake.domain.customer import Customer
from puhui.contracts.extdata import ConsentKept, KeepConsentCommand
from puhui.lambda_client import LambdaClient
from puhui.sealed_parties import party_context
from puhui.sealing import Sealer


@dataclass(frozen=True)
class LambdaConsentRegistry:
    """`ConsentRegistry` by extdata's published function; the numbers travel sealed."""

    client: LambdaClient
    function_arn: str
    sealer: Sealer = field(repr=False)

    def tell(self, consent: Consent, customer: Customer) -> None:
        """One call; no answer, or none that can be read, raises UpstreamUnavailable."""
        command = KeepConsentCommand(
            bank_id=consent.bank_id,
            consent_id=consent.consent_id,
            scope=consent.scope,
            subject_sealed=self._sealed_numbers(consent, customer),
            purposes=PURPOSES,
            granted_on=consent.granted_on,
            expires_on=consent.expires_on,
            evidence_sha256=consent.evidence_sha256,
            withdrawn=consent.withdrawn_on is not None,
            correlation_id=consent.consent_id,
        )
        answer = self.client.invoke(self.function_arn, command.model_dump(mode="json"))
        ConsentKept.model_validate(answer)

    def _sealed_numbers(self, consent: Consent, customer: Customer) -> str:
        """Whom it is about: the firm, and the person who signed for it."""
        numbers = {"id_number": customer.personal.legal_person_id}
        if customer.personal.uscc is not None:
            numbers["uscc"] = customer.personal.uscc
        return self.sealer.seal(numbers, party_context(consent.bank_id, consent.consent_id))


class NoConsentRegistry:
    """`ConsentRegistry` of a bank without the external data platform: nobody asks it."""

    def tell(self, consent: Consent, customer: Customer) -> None:
        """Nothing uses consents outside intake, so nobody has to hear of them."""
