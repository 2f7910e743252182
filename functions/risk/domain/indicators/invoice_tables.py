"""A firm's invoices added up once, so that every indicator is a look-up: months, parties, days.

Sums are int64 in 分 (200,000 rows of at most 100 billion yuan fit), so they are exact and no order
of the rows can change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from puhui.columns import InvoiceColumns, day_number
from risk.domain.indicators.months import AsOf, Window, month_index

MONTHS = 24
"""The longest window looks back so many full months."""
EPOCH_MONTH = 1970 * 12

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parties:
    """One direction's counterparties in one window."""

    active: int
    """With at least one valid invoice that is not red-letter."""
    positive: tuple[int, ...]
    """Net amounts that are positive, largest first."""
    new: int
    """Part of the positive net amounts that belongs to counterparties not seen before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionTables:
    """Sales or purchases of one firm: index 1 of a list is the last full month, 24 the oldest."""

    net: list[int]
    blue: list[int]
    """Number of valid invoices that are not red-letter."""
    blue_fen: list[int]
    red: list[int]
    red_fen: list[int]
    void: list[int]
    void_fen: list[int]
    parties: dict[Window, Parties]
    blue_days: tuple[int, ...]
    """Different days, up to as_of, with a valid invoice that is not red-letter; ascending."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that count at a moment: nothing after the day itself."""

    columns: InvoiceColumns
    known: Mask
    age: Ints
    """Months back: 1 is the last full month, 0 the month that has only begun."""
    day: NDArray[np.int32]


def invoice_tables(columns: InvoiceColumns, as_of: AsOf) -> dict[str, DirectionTables]:
    """Add up sales (`out`) and purchases (`in`) as they were known at a moment."""
    month = columns.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    age = month_index(as_of.day) - EPOCH_MONTH - month
    rows = _Rows(columns, columns.day <= day_number(as_of.day), age, columns.day)
    return {
        "out": _direction(rows, columns.outgoing, as_of),
        "in": _direction(rows, ~columns.outgoing, as_of),
    }


def _direction(rows: _Rows, side: Mask, as_of: AsOf) -> DirectionTables:
    columns = rows.columns
    mine = side & rows.known
    amount = columns.amount_fen
    red = mine & columns.valid & (amount < 0)
    blue = mine & columns.valid & (amount >= 0)
    void = mine & ~columns.valid
    magnitude = np.abs(amount)
    return DirectionTables(
        net=_by_month(rows, blue | red, amount),
        blue=_by_month(rows, blue),
        blue_fen=_by_month(rows, blue, amount),
        red=_by_month(rows, red),
        red_fen=_by_month(rows, red, magnitude),
        void=_by_month(rows, void),
        void_fen=_by_month(rows, void, magnitude),
        parties={
            window: _parties(rows, blue, red, window, as_of) for window in (Window.L6M, Window.L12M)
        },
        blue_days=tuple(np.unique(rows.day[blue]).tolist()),
    )


def _by_month(rows: _Rows, mask: Mask, amount: Ints | None = None) -> list[int]:
    """Count or add up the rows of each month of the longest window."""
    inside = mask & (rows.age >= 1) & (rows.age <= MONTHS)
    totals = np.zeros(MONTHS + 1, np.int64)
    np.add.at(totals, rows.age[inside], 1 if amount is None else amount[inside])
    listed: list[int] = totals.tolist()
    return listed


def _parties(rows: _Rows, blue: Mask, red: Mask, window: Window, as_of: AsOf) -> Parties:
    columns = rows.columns
    code, size = columns.counterparty, columns.counterparties
    inside = (rows.age >= 1) & (rows.age <= window.months)
    net = np.zeros(size, np.int64)
    counted = (blue | red) & inside
    np.add.at(net, code[counted], columns.amount_fen[counted])
    active = np.unique(code[blue & inside])
    before = np.zeros(size, np.bool_)
    before[code[blue & (rows.day < day_number(as_of.first_day(window.months)))]] = True
    positive = np.sort(net[net > 0])[::-1]
    new = net[(net > 0) & ~before]
    return Parties(len(active), tuple(positive.tolist()), _total(new))


def _total(values: NDArray[Any]) -> int:
    return int(values.sum(dtype=np.int64))
