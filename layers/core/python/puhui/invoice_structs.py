"""The invoice/1 document for msgspec: the rules of `puhui.contracts.facts`, an order faster.

A firm's 34,000 invoices take pydantic 0.3 s and 60 MB to validate and msgspec a tenth of both.
A test holds the two to the same verdict. On one point this one is stricter: a date is written
`2020-03-01`; pydantic also takes a timestamp, which no invoice system sends.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from puhui.contracts.common import MAX_AMOUNT_FEN

MAX_ROWS: Final = 200_000
_Fen = Annotated[int, Meta(ge=-MAX_AMOUNT_FEN, le=MAX_AMOUNT_FEN)]
_Name = Annotated[str, Meta(min_length=1, max_length=64)]


class InvoiceRow(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One invoice; fields and bounds as in `puhui.contracts.facts.InvoiceRow`."""

    number: Annotated[str, Meta(min_length=1, max_length=32)]
    direction: Literal["out", "in"]
    issued_on: date
    counterparty: _Name
    amount_fen: _Fen
    tax_fen: _Fen
    total_fen: _Fen
    status: Literal["valid", "void"]


class InvoiceDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """An invoice/1 document; fields as in `puhui.contracts.facts.InvoiceDocument`.

    Whether it keeps its own declaration (rows, period) is asked by whoever decodes it.
    """

    source: _Name
    period_from: date
    period_to: date
    row_count: Annotated[int, Meta(ge=0, le=MAX_ROWS)]
    rows: list[InvoiceRow]
    schema_id: Literal["invoice/1"] = field(default="invoice/1", name="schema")

    @property
    def all_rows_are_there(self) -> bool:
        """The rows are as many as declared."""
        return self.row_count == len(self.rows)

    @property
    def period_runs_forwards(self) -> bool:
        """The declared period does not end before it begins."""
        return self.period_from <= self.period_to


INVOICES: Final = msgspec.json.Decoder(InvoiceDocument)
