"""Invoices as columns: bytes of a document in, typed numpy arrays out, in one pass.

    columns = decode_invoices(body)          # bytes of an invoice/1 document
    columns.amount_fen[columns.outgoing & columns.valid].sum()

Decoding, not arithmetic, is most of what an indicator costs, so nothing is built row by row
twice: msgspec checks and types the JSON, and one list per used field becomes one array. A row
that repeats another in every field is the same invoice delivered twice and counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from puhui.columns.days import EPOCH_ORDINAL, day_number
from puhui.columns.errors import DocumentNotReadable
from puhui.contracts.facts import INVOICE_SCHEMA, MAX_DOCUMENT_BYTES
from puhui.invoice_structs import INVOICES, InvoiceDocument

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InvoiceColumns:
    """A firm's invoices as arrays of one length, in the order of the document."""

    source: str
    period_from: date
    period_to: date
    row_count: int
    """As declared; the arrays are shorter by the repeated rows."""
    repeated_rows: int
    day: NDArray[np.int32]
    """Days since 1970-01-01 of the day of issue."""
    outgoing: NDArray[np.bool_]
    """True for sales (销项), false for purchases (进项)."""
    valid: NDArray[np.bool_]
    amount_fen: NDArray[np.int64]
    tax_fen: NDArray[np.int64]
    total_fen: NDArray[np.int64]
    counterparty: NDArray[np.int32]
    """Codes 0, 1, 2 … of the other side, by first appearance; only equality has a meaning."""
    counterparties: int

    def __len__(self) -> int:
        """How many different invoices there are."""
        return len(self.day)


def decode_invoices(body: bytes) -> InvoiceColumns:
    """Read an invoice/1 document, or raise `DocumentNotReadable`."""
    if len(body) > MAX_DOCUMENT_BYTES[INVOICE_SCHEMA]:
        raise DocumentNotReadable("size")
    try:
        document = INVOICES.decode(body)
    except msgspec.ValidationError as error:
        raise DocumentNotReadable("schema") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentNotReadable("json") from error
    if not document.all_rows_are_there:
        raise DocumentNotReadable("rows")
    return _columns(document)


def _columns(document: InvoiceDocument) -> InvoiceColumns:
    rows = document.rows
    day = np.array([row.issued_on.toordinal() for row in rows], np.int32) - EPOCH_ORDINAL
    _check_period(document, day)
    names: dict[str, int] = {}
    numbers: dict[str, int] = {}
    arrays: dict[str, NDArray[Any]] = {
        "day": day.astype(np.int32),
        "outgoing": np.array([row.direction == "out" for row in rows], np.bool_),
        "valid": np.array([row.status == "valid" for row in rows], np.bool_),
        "amount_fen": np.array([row.amount_fen for row in rows], np.int64),
        "tax_fen": np.array([row.tax_fen for row in rows], np.int64),
        "total_fen": np.array([row.total_fen for row in rows], np.int64),
        "counterparty": np.array(
            [names.setdefault(row.counterparty, len(names)) for row in rows], np.int32
        ),
    }
    number = np.array([numbers.setdefault(row.number, len(numbers)) for row in rows], np.int32)
    if len(numbers) < len(rows):
        kept = _first_of_each(number, arrays)
        arrays = {name: array[kept] for name, array in arrays.items()}
    return InvoiceColumns(
        source=document.source,
        period_from=document.period_from,
        period_to=document.period_to,
        row_count=document.row_count,
        repeated_rows=len(rows) - len(arrays["day"]),
        counterparties=len(names),
        **arrays,
    )


def _check_period(document: InvoiceDocument, day: NDArray[np.int32]) -> None:
    """The declared period runs forwards and holds every row."""
    first, last = day_number(document.period_from), day_number(document.period_to)
    if not document.period_runs_forwards or (len(day) and (day.min() < first or day.max() > last)):
        raise DocumentNotReadable("period")


def _first_of_each(number: NDArray[np.int32], arrays: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Mark the first of the rows that agree in every field.

    An invoice number alone names no invoice (its series is another field, which masked data
    lacks), so only rows whose number comes twice are compared, field by field.
    """
    kept = np.ones(len(number), np.bool_)
    again = np.flatnonzero(np.bincount(number)[number] > 1)
    columns = [number[again], *(array[again] for array in arrays.values())]
    order = np.lexsort((again, *columns))
    same = np.ones(len(order), np.bool_)
    same[0] = False
    for column in columns:
        ranked = column[order]
        same[1:] &= ranked[1:] == ranked[:-1]
    kept[again[order[same]]] = False
    return kept
