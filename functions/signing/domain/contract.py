"""A loan contract on its way from draft to sealed PDF."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from puhui.ids import derived_id
from puhui.money import Money
from puhui.tenancy import BankId
from signing.domain.errors import (
    ContractNotOpen,
    DocumentNotAvailable,
    OtherDocumentSigned,
    SigningDeadlinePassed,
)


class ContractStatus(StrEnum):
    """Where a contract stands; the Chinese names are in `STATUS_NAMES`."""

    NOT_PREPARED = "not_prepared"
    AWAITING_SIGNATURE = "awaiting_signature"
    SIGNING = "signing"
    SEALED = "sealed"
    REFUSED = "refused"
    VOID = "void"


STATUS_NAMES = {
    ContractStatus.NOT_PREPARED: "无法制作",
    ContractStatus.AWAITING_SIGNATURE: "待签署",
    ContractStatus.SIGNING: "签署中",
    ContractStatus.SEALED: "已签署",
    ContractStatus.REFUSED: "客户拒签",
    ContractStatus.VOID: "已失效",
}
OPEN = frozenset({ContractStatus.AWAITING_SIGNATURE, ContractStatus.SIGNING})
REISSUABLE = frozenset({ContractStatus.NOT_PREPARED, ContractStatus.VOID})


class Delivery(StrEnum):
    """Whether the waiting workflow knows how the contract ended."""

    NOT_DUE = "not_due"
    DUE = "due"
    DELIVERED = "delivered"
    NO_LONGER_AWAITED = "no_longer_awaited"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document in a bucket, identified by its bytes."""

    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The unsigned contract, the marks its signatures will show, and what both were made of."""

    document: StoredDocument
    marks: StoredDocument
    template: str
    template_sha256: str
    input_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The borrower's own act of signing: who, when, which document, and what was read."""

    subject: str
    at: datetime
    document_sha256: str
    cost_disclosure_read: bool
    reading_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The signed PDF and the certificates that signed it, borrower first."""

    document: StoredDocument
    sealed_at: datetime
    certificates: tuple[str, ...]
    """SHA-256 of each signer's certificate, in the order of signing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a contract could not be prepared: an error's class name and a text without names."""

    error: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanContract:
    """One offer's contract; a further issue replaces one that became void unsigned."""

    bank_id: BankId
    bank_name: str
    branch_id: str
    contract_id: str
    application_id: str
    customer_id: str
    offer_id: str
    terms_sha256: str
    product_name: str
    principal: Money
    party_sealed: str
    task_token: str
    sent_at: datetime
    """When the command that brought the token was sent; a later one's token is newer."""
    deadline: datetime
    issue: int = 1
    status: ContractStatus = ContractStatus.AWAITING_SIGNATURE
    draft: Draft | None = None
    consent: Consent | None = None
    seal: Seal | None = None
    failure: Failure | None = None
    ended_at: datetime | None = None
    delivery: Delivery = Delivery.NOT_DUE
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the borrower's signature is waited for or being made."""
        return self.status in OPEN

    @property
    def sealed_key(self) -> str:
        """Where the one sealed PDF of this issue lies; the first writer wins."""
        return f"{self.bank_id}/{self.application_id}/{self.contract_id}-{self.issue}.pdf"

    def readable(self) -> StoredDocument:
        """The document a party may read: the sealed PDF, before that the one to be signed."""
        if self.seal is not None:
            return self.seal.document
        if self.is_open and self.draft is not None:
            return self.draft.document
        raise DocumentNotAvailable(f"contract {self.contract_id} has no document to read")

    def is_news(self, task_token: str, sent_at: datetime) -> bool:
        """A command is news when its token is another one and was sent later than all we know."""
        last = max(self.sent_at, self.ended_at or self.sent_at)
        return task_token != self.task_token and sent_at > last

    def wait_with(self, task_token: str, sent_at: datetime, deadline: datetime) -> LoanContract:
        """A newer step of the workflow waits; a decided contract is due to it again."""
        return replace(
            self,
            task_token=task_token,
            sent_at=sent_at,
            deadline=deadline,
            delivery=Delivery.NOT_DUE if self.is_open else Delivery.DUE,
        )

    def agreed_to(self, consent: Consent) -> bool:
        """Whether this is the consent that was already given: same person, same document."""
        given = self.consent
        return given is not None and (given.subject, given.document_sha256) == (
            consent.subject,
            consent.document_sha256,
        )

    def request_signature(self, consent: Consent) -> LoanContract:
        """Only the waiting document, in time, its cost disclosure read; asking again is no-op."""
        self._ensure_waiting(consent.at, also=ContractStatus.SIGNING)
        if self.draft is None or consent.document_sha256 != self.draft.document.sha256:
            raise OtherDocumentSigned(
                "the signature is about another document",
                field="document_sha256",
                rule="signature.same_document",
            )
        if self.status is ContractStatus.SIGNING:
            return self
        return self._move_to(ContractStatus.SIGNING, consent=consent)

    def refuse(self, now: datetime) -> LoanContract:
        """The borrower says no, before signing and in time; saying it again changes nothing."""
        if self.status is ContractStatus.REFUSED:
            return self
        self._ensure_waiting(now)
        return self._move_to(ContractStatus.REFUSED, delivery=Delivery.DUE)

    def sealed(self, seal: Seal) -> LoanContract:
        """Both signatures stand and were validated."""
        if self.status is not ContractStatus.SIGNING:
            raise ContractNotOpen(f"contract {self.contract_id} is {self.status.value}")
        return self._move_to(ContractStatus.SEALED, seal=seal, delivery=Delivery.DUE)

    def void(self, now: datetime) -> LoanContract:
        """The application ended without this signature; what is sealed or refused stays so."""
        return self._move_to(ContractStatus.VOID, ended_at=now) if self.is_open else self

    def delivered(self, delivery: Delivery) -> LoanContract:
        """The workflow heard of the outcome, or no longer waited for it."""
        return replace(self, delivery=delivery)

    def _ensure_waiting(self, now: datetime, also: ContractStatus | None = None) -> None:
        if self.status not in {ContractStatus.AWAITING_SIGNATURE, also}:
            raise ContractNotOpen(
                f"contract {self.contract_id} is {self.status.value}", rule="contract.open"
            )
        if self.status is ContractStatus.AWAITING_SIGNATURE and now >= self.deadline:
            raise SigningDeadlinePassed(
                f"contract {self.contract_id} was to be signed by {self.deadline.isoformat()}",
                rule="contract.deadline",
            )

    def _move_to(self, status: ContractStatus, **changes: Any) -> LoanContract:
        return replace(self, status=status, **changes)


def contract_id_of(bank_id: BankId, application_id: str, offer_id: str) -> str:
    """One offer has one contract, however often its command is delivered."""
    return derived_id("ctr", bank_id, application_id, offer_id)
