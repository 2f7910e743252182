"""The schemas of fact documents: what data providers and customers bring, what risk reads.

A document declares its period and its row count. One that does not match its own declaration
is `missing`, not smaller (ARCHITECTURE §8, "Missing never helps").
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from puhui.contracts.common import Contract, Sha256, SignedFen

INVOICE_SCHEMA = "invoice/1"
FACT_PRODUCTS: dict[str, str] = {INVOICE_SCHEMA: "增值税发票明细"}
"""Fact products known today with their Chinese display names."""

MAX_DOCUMENT_BYTES: dict[str, int] = {INVOICE_SCHEMA: 32 * 1024 * 1024}
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


class FactReference(Contract):
    """Where a fact document lies and what it must hash to; anything over 64 KB travels so."""

    product: Annotated[str, Field(max_length=32)]
    state: FactState
    document_id: str | None = None
    bucket: str | None = None
    key: str | None = None
    sha256: Sha256 | None = None
    size_bytes: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def located_when_ok(self) -> FactReference:
        """A reference that is `ok` says where the document is and what its hash is."""
        if self.state == "ok" and not (self.bucket and self.key and self.sha256):
            raise ValueError("an ok fact needs bucket, key and sha256")
        return self
