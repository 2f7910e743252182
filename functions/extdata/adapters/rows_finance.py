"""Rows of bills and statements: large things in chunks, named by their content.

Keys below `BANK#{bank}#`: `BILL#month` (sk `BILL`, `COSTS#sha#n`) · `STATEMENT#provider#month`
(sk `CURRENT`, `ROWS#sha#n`) · `STATEMENT-FORMAT` (sk provider).
Chunks are written before the row that names them, so a row never names half a bill; chunks of a
run that died lie under a hash that no row names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from extdata.domain.bill import EventCost
from extdata.domain.statement import StatementRow
from puhui.dynamodb import BaseRow, DateAttribute, InstantAttribute

CHUNK: Final = 700
"""Costs or rows of one item: 210 to 280 KB of at most 400."""
BILL_SK: Final = "BILL"
CURRENT_SK: Final = "CURRENT"
T = TypeVar("T")


class BillRow(BaseRow):
    """A closed bill; never changed."""

    body = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    chunks = NumberAttribute()


class ChunkRow(BaseRow):
    """A part of a bill's costs or of a statement's rows; never changed."""

    body = UnicodeAttribute()


class CurrentStatementRow(BaseRow):
    """The current statement of a provider and month."""

    sha256 = UnicodeAttribute()
    chunks = NumberAttribute()
    total_yuan = UnicodeAttribute()
    file_name = UnicodeAttribute()
    imported_by = UnicodeAttribute()
    imported_at = InstantAttribute()
    first_on = DateAttribute()


class StatementFormatRow(BaseRow):
    """How a provider names the columns of its statements."""

    body = UnicodeAttribute()


FINANCE_ROWS: Final[tuple[type[BaseRow], ...]] = (
    BillRow,
    ChunkRow,
    CurrentStatementRow,
    StatementFormatRow,
)


@dataclass(frozen=True)
class CostChunk:
    """Costs of one item."""

    costs: tuple[EventCost, ...]


@dataclass(frozen=True)
class RowChunk:
    """Statement rows of one item."""

    rows: tuple[StatementRow, ...]


def chunked(items: Sequence[T]) -> Iterator[tuple[int, tuple[T, ...]]]:
    """Numbered parts that fit into an item."""
    for number, start in enumerate(range(0, len(items), CHUNK)):
        yield number, tuple(items[start : start + CHUNK])


def chunk_sk(kind: str, digest: str, number: int) -> str:
    """The sort key of a chunk; chunks sort as numbers."""
    return f"{kind}#{digest}#{number:06d}"
