"""Rules that look at single rows of a window: gaps between days, first and last, extremes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.cells import Cells, TableCells
from risk.domain.indicators.plan import Entry
from risk.domain.indicators.result import Result
from risk.domain.indicators.values import rounded

Ints = NDArray[np.int64]
Rule = Callable[[TableCells, Entry], int | None]
FEW: Final = 64
"""So many numbers Python adds up as fast as numpy."""
LARGEST_SUM: Final = 2**62


class Missing(Exception):
    """Something that the value needs is not known."""


def fill_rows(singles: Mapping[str, tuple[Entry, ...]], cells: Cells, result: Result) -> None:
    """Make every indicator whose rule is one of these."""
    fill_with(ROW_RULES, singles, cells, result)


def fill_with(
    rules: Mapping[str, Rule],
    singles: Mapping[str, tuple[Entry, ...]],
    cells: Cells,
    result: Result,
) -> None:
    """Make every indicator of some rules, one by one."""
    for rule, compute in rules.items():
        for entry in singles.get(rule, ()):
            if not result.wanted(entry.number) or entry.table is None:
                continue
            try:
                result.put(entry.number, compute(cells.tables[entry.table.key], entry))
            except Missing:
                result.miss(entry.number)


def scaled(entry: Entry, top: int, bottom: int = 1) -> int | None:
    """A fraction of raw numbers as the indicator's scaled integer."""
    multiply, divide = entry.scale
    return rounded(top * multiply, bottom * divide)


def values_of(found: TableCells, entry: Entry, rows: Ints, name: str | None = None) -> NDArray[Any]:
    """The value of some rows; `name` is another field than the definition's value."""
    field = name or entry.definition.calculation.value or ""
    values, nulls = found.table.field(field)
    if nulls is not None and nulls[rows].any():
        raise Missing
    return values[rows]


def total(values: NDArray[Any]) -> int:
    """The exact sum of numbers, however large."""
    if len(values) > FEW:
        wide = values.astype(np.int64, copy=False)
        if max(int(wide.max()), -int(wide.min())) * len(wide) < LARGEST_SUM:
            return int(wide.sum())
    return sum(values.tolist())


def days_of(found: TableCells, entry: Entry) -> list[int]:
    """The different days of the window that have a row, ascending."""
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    days: list[int] = np.unique(found.table.days()[rows]).tolist()
    return days


def _longest_gap(found: TableCells, entry: Entry) -> int | None:
    moment = found.table.moment
    first, after = int(moment.edge_days[entry.begin]), int(moment.edge_days[entry.end])
    edges = np.array([first - 1, *days_of(found, entry), after])
    return int(np.diff(edges).max()) - 1


def _days_since_last(found: TableCells, entry: Entry) -> int | None:
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    return found.table.moment.day - int(found.table.days()[rows].max()) if len(rows) else None


def _history(found: TableCells, entry: Entry) -> int | None:
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    if not len(rows):
        return 0
    day = int(found.table.days()[rows].min())
    first = np.datetime64(day, "D").astype("datetime64[M]").astype(int)
    return found.table.moment.month - int(first)


def _shortest_between(found: TableCells, entry: Entry) -> int | None:
    days = days_of(found, entry)
    return int(np.diff(days).min()) if len(days) > 1 else None


def _longest_between(found: TableCells, entry: Entry) -> int | None:
    days = days_of(found, entry)
    return int(np.diff(days).max()) if len(days) > 1 else None


def _edge(found: TableCells, entry: Entry, *, latest: bool) -> Ints:
    return found.rows_of_edge(entry.slot, entry.begin, entry.end, latest=latest)


def _last(found: TableCells, entry: Entry) -> int | None:
    rows = _edge(found, entry, latest=True)
    return scaled(entry, total(values_of(found, entry, rows))) if len(rows) else None


def _last_mean(found: TableCells, entry: Entry) -> int | None:
    rows = _edge(found, entry, latest=True)
    if not len(rows):
        return None
    base, bottom = entry.definition.calculation.base_value, len(rows)
    if base is not None:
        bottom = total(values_of(found, entry, rows, base))
    return scaled(entry, total(values_of(found, entry, rows)), bottom)


def _last_min(found: TableCells, entry: Entry) -> int | None:
    rows = _edge(found, entry, latest=True)
    return scaled(entry, int(values_of(found, entry, rows).min())) if len(rows) else None


def _change(found: TableCells, entry: Entry) -> int | None:
    """Last over first, minus one; the decimals of the value cancel out."""
    last, first = _edge(found, entry, latest=True), _edge(found, entry, latest=False)
    if not len(last):
        return None
    now, before = total(values_of(found, entry, last)), total(values_of(found, entry, first))
    if before <= 0:
        return None
    return rounded((now - before) * int(10**entry.definition.decimals), before)


def _extreme(pick: str) -> Rule:
    def compute(found: TableCells, entry: Entry) -> int | None:
        rows = found.rows_in(entry.slot, entry.begin, entry.end)
        if not len(rows):
            return None
        return scaled(entry, int(getattr(values_of(found, entry, rows), pick)()))

    return compute


def _step(found: TableCells, entry: Entry) -> int | None:
    """How far the code of the latest row is from that of the row before it."""
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    if len(rows) < 2:
        return None
    codes = values_of(found, entry, rows).astype(np.int64)
    ranked = codes[np.lexsort((codes, found.table.days()[rows]))]
    return int(ranked[-1] - ranked[-2])


ROW_RULES: Final[Mapping[str, Rule]] = {
    "max_gap_day": _longest_gap,
    "days_since_last": _days_since_last,
    "history_month": _history,
    "min_gap": _shortest_between,
    "max_gap": _longest_between,
    "last": _last,
    "last_mean": _last_mean,
    "last_min": _last_min,
    "change": _change,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "step": _step,
}
