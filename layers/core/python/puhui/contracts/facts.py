"""The schemas of fact documents: what data providers and customers bring, what risk reads.

A document declares its period and its row count. One that does not match its own declaration
is `missing`, not smaller (ARCHITECTURE §8, "Missing never helps").
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from puhui.contracts.common import Contract, Sha256, SignedFen
from puhui.fact_schemas import PRODUCTS

INVOICE_SCHEMA = "invoice/1"
FACT_PRODUCTS: dict[str, str] = {code: product.title for code, product in PRODUCTS.items()}
"""Every fact product with its Chinese display name."""

MAX_DOCUMENT_BYTES: dict[str, int] = {code: product.max_bytes for code, product in PRODUCTS.items()}
"""Largest accepted document in bytes; a real firm has 34,000 invoices."""

FactState = Literal["ok", "missing", "vendor_error", "not_consented", "stale"]


class InvoiceRow(Contract):
    """One VAT invoice as its issuer recorded it; a red-letter invoice has negative amounts."""

    number: Annotated[str, Field(min_length=1, max_length=32)]
    direction: Literal["out", "in"]
    issued_on: date
    counterparty: Annotated[str, Field(min_length=1, max_length=64)]
    amount_fen: SignedFen
    tax_fen: SignedFen
    total_fen: SignedFen
    status: Literal["valid", "void"]


class InvoiceDocument(Contract):
    """All VAT invoices of one firm, sales (out) and purchases (in), over a declared period."""

    schema_id: Annotated[Literal["invoice/1"], Field(alias="schema")] = "invoice/1"
    source: Annotated[str, Field(min_length=1, max_length=64)]
    period_from: date
    period_to: date
    row_count: Annotated[int, Field(strict=True, ge=0, le=200_000)]
    rows: tuple[InvoiceRow, ...]

    @model_validator(mode="after")
    def declared_as_counted(self) -> InvoiceDocument:
        """The rows are as many as declared, inside a period that does not run backwards."""
        if self.period_from > self.period_to:
            raise ValueError("period_from is after period_to")
        if len(self.rows) != self.row_count:
            raise ValueError(f"row_count says {self.row_count}, the document has {len(self.rows)}")
        return self


def _is_absent(value: Any) -> bool:
    """What came later stays out of references that do not have it, so old ones read the same."""
    return value is None


class FactReference(Contract):
    """Where a fact document lies and what it must hash to; anything over 64 KB travels so."""

    product: Annotated[str, Field(max_length=32)]
    state: FactState
    document_id: str | None = None
    bucket: str | None = None
    key: str | None = None
    sha256: Sha256 | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None
    columns_key: Annotated[str | None, Field(exclude_if=_is_absent)] = None
    """Where the same document lies as columns, in the same bucket."""
    columns_sha256: Annotated[Sha256 | None, Field(exclude_if=_is_absent)] = None
    """What the columns hash to; columns that do not are not read."""
    raw_sha256: Annotated[Sha256 | None, Field(exclude_if=_is_absent)] = None
    """What the provider's own answer hashes to."""
    document_at: Annotated[AwareDatetime | None, Field(exclude_if=_is_absent)] = None
    """When the provider gave it; a document that a customer brought has none."""
    query_id: Annotated[str | None, Field(exclude_if=_is_absent, max_length=80)] = None
    """The query of the external data platform that it answers."""

    @model_validator(mode="after")
    def located_when_ok(self) -> FactReference:
        """A reference that is `ok` says where the document is and what its hash is."""
        if self.state == "ok" and not (self.bucket and self.key and self.sha256):
            raise ValueError("an ok fact needs bucket, key and sha256")
        return self
