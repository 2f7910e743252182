"""Requests and answers of signing's API."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from puhui.contracts.common import Contract, Fen, Identifier, Sha256, ShortText
from signing.domain.contract import STATUS_NAMES, ContractStatus, LoanContract
from signing.domain.evidence import reliability_of
from signing.usecases.read_document import DocumentLink

MAX_READING_SECONDS = 86_400


class SignatureBody(Contract):
    """I have read this document and its cost disclosure, and I sign it."""

    document_sha256: Sha256
    cost_disclosure_read: Literal[True]
    reading_seconds: Annotated[int, Field(strict=True, ge=0, le=MAX_READING_SECONDS)] | None = None


class ReliabilityView(Contract):
    """电子签名法第十三条 The four conditions of a reliable electronic signature."""

    exclusive_to_signer: bool
    controlled_by_signer: bool
    signature_changes_found: bool
    content_changes_found: bool


class ContractView(Contract):
    """A contract as its parties see it; `document_sha256` is what a signature must name."""

    contract_id: Identifier
    application_id: Identifier
    offer_id: Identifier
    customer_id: Identifier
    product_name: ShortText
    principal_fen: Fen
    terms_sha256: Sha256
    status: Literal["not_prepared", "awaiting_signature", "signing", "sealed", "refused", "void"]
    status_name: str
    document_sha256: Sha256 | None
    sign_before: AwareDatetime
    signed_at: AwareDatetime | None
    sealed_at: AwareDatetime | None
    reliability: ReliabilityView | None
    failure: str | None

    @classmethod
    def of(cls, contract: LoanContract) -> ContractView:
        """Show a contract."""
        shown = contract.seal or contract.draft
        sealed = contract.status is ContractStatus.SEALED
        conditions = reliability_of(contract)
        return cls(
            contract_id=contract.contract_id,
            application_id=contract.application_id,
            offer_id=contract.offer_id,
            customer_id=contract.customer_id,
            product_name=contract.product_name,
            principal_fen=contract.principal.minor,
            terms_sha256=contract.terms_sha256,
            status=contract.status.value,
            status_name=STATUS_NAMES[contract.status],
            document_sha256=shown.document.sha256 if shown else None,
            sign_before=contract.deadline,
            signed_at=contract.consent.at if contract.consent else None,
            sealed_at=contract.seal.sealed_at if contract.seal else None,
            reliability=(
                ReliabilityView(
                    exclusive_to_signer=conditions.exclusive_to_signer,
                    controlled_by_signer=conditions.controlled_by_signer,
                    signature_changes_found=conditions.signature_changes_found,
                    content_changes_found=conditions.content_changes_found,
                )
                if sealed
                else None
            ),
            failure=contract.failure.error if contract.failure else None,
        )


class DocumentView(Contract):
    """Where the document can be downloaded for a few minutes."""

    url: str
    filename: str
    expires_in_seconds: int
    document_sha256: Sha256
    size_bytes: int

    @classmethod
    def of(cls, link: DocumentLink) -> DocumentView:
        """Show a link."""
        return cls(
            url=link.url,
            filename=link.filename,
            expires_in_seconds=link.expires_in_seconds,
            document_sha256=link.document.sha256,
            size_bytes=link.document.size_bytes,
        )
