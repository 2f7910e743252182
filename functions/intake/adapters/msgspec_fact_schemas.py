"""The fact schemas once more, for msgspec: the same rules as `puhui.contracts.facts`, faster.

A firm's 34,000 invoices take pydantic 0.3 s and 60 MB to validate and msgspec a tenth of both.
A test holds the two to the same verdict. On one point this one is stricter: a date is written
`2020-03-01`; pydantic also takes a timestamp, which no invoice system sends.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from puhui.contracts.common import MAX_AMOUNT_FEN
from puhui.contracts.facts import INVOICE_SCHEMA

SignedFen = Annotated[int, Meta(ge=-MAX_AMOUNT_FEN, le=MAX_AMOUNT_FEN)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]


class InvoiceRow(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One VAT invoice; fields as in `puhui.contracts.facts.InvoiceRow`."""

    number: Annotated[str, Meta(min_length=1, max_length=32)]
    direction: Literal["out", "in"]
    issued_on: date
    counterparty: Name
    amount_fen: SignedFen
    tax_fen: SignedFen
    total_fen: SignedFen
    status: Literal["valid", "void"]


class InvoiceDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """All invoices of a firm; fields as in `puhui.contracts.facts.InvoiceDocument`."""

    source: Name
    period_from: date
    period_to: date
    row_count: Annotated[int, Meta(ge=0, le=200_000)]
    rows: tuple[InvoiceRow, ...]
    schema_id: Literal["invoice/1"] = field(default="invoice/1", name="schema")

    def __post_init__(self) -> None:
        """The rows are as many as declared, inside a period that does not run backwards."""
        if self.period_from > self.period_to:
            raise ValueError("period_from is after period_to")
        if len(self.rows) != self.row_count:
            raise ValueError("row_count is not the number of rows")


_INVOICES: Final = msgspec.json.Decoder(InvoiceDocument)
_DECODERS: Final[dict[str, Callable[[bytes], object]]] = {INVOICE_SCHEMA: _INVOICES.decode}


class MsgspecFactSchemas:
    """Validates fact documents against their published schemas."""

    def refusal(self, product: str, body: bytes) -> str | None:
        """Say why the bytes do not follow the schema; None when they do.

        The reason never quotes the document: a message of msgspec may carry its content.
        """
        try:
            _DECODERS[product](body)
        except msgspec.ValidationError:
            return "schema"
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "json"
        return None
