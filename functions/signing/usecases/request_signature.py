"""Request a signature (签署): the borrower's own act, after reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from puhui.clock import Clock
from signing.domain.contract import Consent, ContractStatus, LoanContract
from signing.domain.events import SignatureRequested
from signing.ports import Contracts

PATIENCE = timedelta(minutes=2)
"""A signature normally takes seconds; asked again after this long, the work is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRequest:
    """What the borrower declares; the contract was already found to be theirs."""

    subject: str
    document_sha256: str
    cost_disclosure_read: bool
    reading_seconds: int | None


@dataclass(frozen=True)
class RequestSignature:
    """Record the borrower's consent once; certificates and signatures follow by queue."""

    contracts: Contracts
    clock: Clock

    def __call__(self, contract: LoanContract, request: SignatureRequest) -> LoanContract:
        now = self.clock.now()
        consent = Consent(
            subject=request.subject,
            at=now,
            document_sha256=request.document_sha256,
            cost_disclosure_read=request.cost_disclosure_read,
            reading_seconds=request.reading_seconds,
        )
        if contract.status is ContractStatus.SEALED and contract.agreed_to(consent):
            return contract
        signing = contract.request_signature(consent)
        given = signing.consent
        if signing is contract and given is not None and now - given.at < PATIENCE:
            return contract
        work = SignatureRequested(
            contract_id=contract.contract_id, application_id=contract.application_id
        )
        self.contracts.save(signing, [work])
        return signing
