"""A document that a customer brings: announced, uploaded to quarantine, then accepted or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from intake.domain.errors import DocumentAlreadyChecked, DocumentNotValid
from puhui.contracts.facts import FACT_PRODUCTS, MAX_DOCUMENT_BYTES, FactReference
from puhui.identity import Protected
from puhui.tenancy import BankId

MEBIBYTE = 1024 * 1024
SCAN_BYTES = 20 * MEBIBYTE
"""Largest scan in bytes: the bound at which reference/security.md T11 stops trusting parsers."""

SCAN_TYPES = ("application/pdf", "image/jpeg", "image/png")


class DocumentStatus(StrEnum):
    """Where a document stands; only `accepted` ones can go with an application."""

    AWAITING_UPLOAD = "awaiting_upload"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


STATUS_NAMES: dict[str, str] = {
    "awaiting_upload": "待上传",
    "accepted": "已通过检查",
    "rejected": "未通过检查",
}


@dataclass(frozen=True, slots=True)
class DocumentProduct:
    """A kind of document: its Chinese name, the types it may come in, and its size."""

    name: str
    content_types: tuple[str, ...]
    max_bytes: int
    is_fact: bool = False


DOCUMENT_PRODUCTS: dict[str, DocumentProduct] = {
    product: DocumentProduct(name, ("application/json",), MAX_DOCUMENT_BYTES[product], is_fact=True)
    for product, name in FACT_PRODUCTS.items()
} | {
    "business_licence": DocumentProduct("营业执照", SCAN_TYPES, SCAN_BYTES),
    "identity_card": DocumentProduct("法定代表人身份证", SCAN_TYPES, SCAN_BYTES),
    "authorisation_letter": DocumentProduct("授权书", SCAN_TYPES, SCAN_BYTES),
    "site_photo": DocumentProduct("经营场所照片", ("image/jpeg", "image/png"), SCAN_BYTES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file of one customer. Its bytes are what `sha256` says, or they are refused."""

    document_id: str
    bank_id: BankId
    branch_id: str
    customer_id: str
    product: str
    content_type: str
    size_bytes: int
    sha256: str
    file_name: str = field(repr=False)
    created_by: str
    created_at: datetime
    status: DocumentStatus = DocumentStatus.AWAITING_UPLOAD
    rejection: str | None = None
    bucket: str | None = None
    key: str | None = None
    checked_at: datetime | None = None
    version: int = 0

    @property
    def is_checked(self) -> bool:
        """True once there is a verdict."""
        return self.status is not DocumentStatus.AWAITING_UPLOAD

    def protected(self) -> Protected:
        """Whose this is: the customer's own, the branch's, the bank's."""
        return Protected(bank_id=self.bank_id, branch=self.branch_id, owner_id=self.customer_id)

    def accept(self, bucket: str, key: str, at: datetime) -> Document:
        """Everything was as announced, and the bytes lie in the documents bucket."""
        self._still_open()
        return replace(self, status=DocumentStatus.ACCEPTED, bucket=bucket, key=key, checked_at=at)

    def reject(self, reason: str, at: datetime) -> Document:
        """Something was not as announced; the customer announces a new document."""
        self._still_open()
        return replace(self, status=DocumentStatus.REJECTED, rejection=reason, checked_at=at)

    def _still_open(self) -> None:
        if self.is_checked:
            raise DocumentAlreadyChecked(f"{self.document_id} is {self.status.value}")

    def reference(self) -> FactReference:
        """Where the accepted document lies and what it must hash to."""
        return FactReference(
            product=self.product,
            state="ok",
            document_id=self.document_id,
            bucket=self.bucket,
            key=self.key,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
        )


def check_announcement(document: Document) -> None:
    """A document's product is known and allows its type; its size is inside the bound."""
    product = DOCUMENT_PRODUCTS.get(document.product)
    if product is None:
        raise DocumentNotValid(
            "this kind of document is unknown", field="product", rule="document.product"
        )
    if document.content_type not in product.content_types:
        raise DocumentNotValid(
            f"{document.product} comes as {', '.join(product.content_types)}",
            field="content_type",
            rule="document.content_type",
        )
    if not 0 < document.size_bytes <= product.max_bytes:
        raise DocumentNotValid(
            f"{document.product} has 1 to {product.max_bytes} bytes",
            field="size_bytes",
            rule="document.size",
        )
