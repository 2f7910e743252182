"""Decides whether a signed PDF is the contract that was agreed on (电子签名法 art. 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from signing.domain.contract import LoanContract
from signing.domain.errors import ContractNotValid

BORROWER_FIELD = "Borrower"
BANK_FIELD = "Bank"
SIGNATURE_ORDER = (BORROWER_FIELD, BANK_FIELD)
"""The borrower signs first; the bank's seal closes the document."""
MAX_ORGANISATION_CHARACTERS = 64
SIGNER_NAMES = {BORROWER_FIELD: "借款人", BANK_FIELD: "贷款人"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFinding:
    """What a validator found about one signature field, in the order of the revisions."""

    field: str
    intact: bool
    trusted: bool
    acceptable: bool
    """The validator's bottom line: intact, valid, trusted and only harmless changes after it."""
    covers_file: bool
    """Covers everything up to its own revision; the last one covers the whole file."""
    changes_after: str
    signer_organisation: str
    certificate_sha256: str
    scene_digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The four conditions of art. 13, each with the evidence it rests on."""

    exclusive_to_signer: bool
    controlled_by_signer: bool
    signature_changes_found: bool
    content_changes_found: bool

    @property
    def reliable(self) -> bool:
        """A reliable electronic signature has the force of a seal (art. 14)."""
        return (
            self.exclusive_to_signer
            and self.controlled_by_signer
            and self.signature_changes_found
            and self.content_changes_found
        )


def scene_digest(contract: LoanContract) -> str:
    """Bind an event certificate to one act: this document, these terms, this person, this yes."""
    if contract.draft is None or contract.consent is None:
        raise ContractNotValid("without document and consent there is nothing to certify")
    parts = (
        contract.bank_id,
        contract.contract_id,
        str(contract.issue),
        contract.draft.document.sha256,
        contract.terms_sha256,
        contract.customer_id,
        contract.consent.subject,
        contract.consent.at.isoformat(),
    )
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def organisation_of(name: str) -> str:
    """An organisation's name as a certificate has it: X.520 bounds it at 64 characters."""
    return name[:MAX_ORGANISATION_CHARACTERS]


def ensure_signed_as_agreed(
    contract: LoanContract, content: bytes, findings: Sequence[SignatureFinding]
) -> None:
    """Every rule that a sealed contract must keep; the first one broken is named."""
    _ensure(_starts_with_draft(contract, content), "contract.document", "another document")
    fields = tuple(finding.field for finding in findings)
    _ensure(fields == SIGNATURE_ORDER, "contract.fields", f"signature fields are {fields}")
    for finding in findings:
        name = SIGNER_NAMES[finding.field]
        _ensure(finding.intact, "contract.intact", f"{name}: the signed bytes were changed")
        _ensure(finding.trusted, "contract.trusted", f"{name}: not certified by our authority")
        _ensure(
            finding.acceptable, "contract.changes", f"{name}: {finding.changes_after} afterwards"
        )
        _ensure(finding.covers_file, "contract.coverage", f"{name}: bytes outside the signature")
    borrower, bank = findings
    _ensure(
        borrower.scene_digest == scene_digest(contract),
        "contract.scene",
        "the borrower's certificate was made for another act",
    )
    _ensure(
        bank.signer_organisation == organisation_of(contract.bank_name),
        "contract.bank",
        "the seal belongs to another bank",
    )


def reliability_of(contract: LoanContract) -> Reliability:
    """What art. 13 asks for, read off the evidence that a sealed contract keeps."""
    seal, consent, draft = contract.seal, contract.consent, contract.draft
    signed = seal is not None and len(set(seal.certificates)) == len(SIGNATURE_ORDER)
    return Reliability(
        exclusive_to_signer=signed,
        controlled_by_signer=(
            consent is not None
            and draft is not None
            and consent.cost_disclosure_read
            and consent.document_sha256 == draft.document.sha256
        ),
        signature_changes_found=signed,
        content_changes_found=seal is not None and bool(seal.document.sha256),
    )


def _starts_with_draft(contract: LoanContract, content: bytes) -> bool:
    """Signing only appends: the sealed PDF begins with the very bytes that were shown."""
    if contract.draft is None:
        return False
    shown = contract.draft.document
    return hashlib.sha256(content[: shown.size_bytes]).hexdigest() == shown.sha256


def _ensure(holds: bool, rule: str, message: str) -> None:
    if not holds:
        raise ContractNotValid(message, rule=rule)
