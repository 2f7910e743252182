"""Rules about the other side: how many, how concentrated, how new, how shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.cells import Cells, TableCells
from risk.domain.indicators.plan import DistinctGroup, Entry, plan
from risk.domain.indicators.result import MISSING, OK, Result
from risk.domain.indicators.row_rules import Missing, Rule, fill_with, total
from risk.domain.indicators.values import rounded

Ints = NDArray[np.int64]
RATIO_RULES: Final = ("top_share", "hhi", "new_share")


def fill_parties(singles: Mapping[str, tuple[Entry, ...]], cells: Cells, result: Result) -> None:
    """Make the indicators about entities; those of one slot and window share its sums."""
    for group in plan().distinct:
        _fill_distinct(group, cells, result)
    sums: dict[tuple[int, int], tuple[Ints, NDArray[Any], int]] = {}
    for rule in RATIO_RULES:
        for entry in singles.get(rule, ()):
            if not result.wanted(entry.number) or entry.table is None:
                continue
            found = cells.tables[entry.table.key]
            if cells.spoilt(entry.row, entry.begin, entry.end):
                result.miss(entry.number)
                continue
            key = entry.row, entry.begin
            if key not in sums:
                sums[key] = _positive_sums(found, entry)
            result.put(entry.number, _PARTY_RULES[rule](found, entry, *sums[key]))
    fill_with(SHARED_RULES, singles, cells, result)


def _fill_distinct(group: DistinctGroup, cells: Cells, result: Result) -> None:
    """An entity is in a window when its last row before the window's end is."""
    wanted = result.states[group.number] == OK
    found = cells.tables.get(group.table.key)
    if found is None or not wanted.any():
        return
    spoilt = cells.bads[group.row, group.end] > cells.bads[group.row, group.begin]
    result.states[group.number[wanted & spoilt]] = MISSING
    places = _latest_places(found, group)
    first = found.table.moment.places[group.begin]
    counted = np.zeros(len(first), np.int64)
    for one in np.unique(first):
        windows = first == one
        counted[windows] = (places > one).sum(axis=1)[group.place[windows]]
    result.scaled[group.number] = counted


def _latest_places(found: TableCells, group: DistinctGroup) -> Ints:
    """For each slot and entity the place of its last row before the windows' end; 0 without."""
    table = found.table
    last = int(table.moment.places[group.end])
    filters = found.plan.filter_of_slot[group.slots]
    known = table.place <= last
    values, nulls = table.field(group.by)
    if nulls is not None:
        known &= ~nulls
    rows = np.flatnonzero(known)
    codes = values[rows]
    codes = codes - codes.min() if len(codes) else codes
    size = int(codes.max(initial=-1)) + 1
    slot, row = np.nonzero(found.plan.classes.member[filters][:, found.class_of_row[rows]])
    places = np.zeros(len(filters) * size, np.int64)
    np.maximum.at(places, slot * size + codes[row], table.place[rows[row]])
    return places.reshape(len(filters), size)


def _positive_sums(found: TableCells, entry: Entry) -> tuple[Ints, NDArray[Any], int]:
    """Entities with a positive sum in the window, their sums, largest first, and all together."""
    how = entry.definition.calculation
    table = found.table
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    sums = np.zeros(table.texts, np.int64)
    np.add.at(sums, table.field(how.by or "")[0][rows], table.field(how.value or "")[0][rows])
    entities = np.flatnonzero(sums > 0)
    order = np.argsort(-sums[entities], kind="stable")
    ranked = sums[entities[order]]
    return entities[order], ranked, total(ranked)


def _top_share(
    found: TableCells, entry: Entry, entities: Ints, sums: NDArray[Any], whole: int
) -> int | None:
    return _share(entry, sums[: entry.definition.calculation.constant], whole)


def _share(entry: Entry, part: NDArray[Any], whole: int) -> int | None:
    return rounded(total(part) * int(10**entry.definition.decimals), whole)


def _concentration(
    found: TableCells, entry: Entry, entities: Ints, sums: NDArray[Any], whole: int
) -> int | None:
    return rounded(_squares(sums) * int(10**entry.definition.decimals), whole * whole)


def _new_share(
    found: TableCells, entry: Entry, entities: Ints, sums: NDArray[Any], whole: int
) -> int | None:
    table = found.table
    first = int(table.moment.places[entry.begin])
    before = np.flatnonzero(found.holds(entry.base) & (table.place <= first))
    known = np.zeros(table.texts, np.bool_)
    known[table.field(entry.definition.calculation.by or "")[0][before]] = True
    return _share(entry, sums[~known[entities]], whole)


def _squares(sums: NDArray[Any]) -> int:
    """The exact sum of squares: numbers below 2**44 in two halves, whose products fit."""
    if len(sums) > 2**14 or (len(sums) and int(sums.max()) >= 2**44):
        return sum(one * one for one in sums.tolist())
    high, low = sums >> 20, sums & (2**20 - 1)
    return (int(high @ high) << 40) + (int(high @ low) << 21) + int(low @ low)


PartyRule = Callable[[TableCells, Entry, Ints, NDArray[Any], int], int | None]
_PARTY_RULES: Final[Mapping[str, PartyRule]] = {
    "top_share": _top_share,
    "hhi": _concentration,
    "new_share": _new_share,
}


def _entities(found: TableCells, entry: Entry, slot: int) -> NDArray[Any]:
    rows = found.rows_in(slot, entry.begin, entry.end)
    return found.table.field(entry.definition.calculation.by or "")[0][rows]


def _most_rows(found: TableCells, entry: Entry) -> int | None:
    entities = _entities(found, entry, entry.slot)
    return int(np.bincount(entities).max()) if len(entities) else 0


def _most_distinct(found: TableCells, entry: Entry) -> int | None:
    entities = _entities(found, entry, entry.slot)
    if not len(entities):
        return 0
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    values = found.table.field(entry.definition.calculation.value or "")[0][rows]
    pairs = np.unique(entities.astype(np.int64) * found.table.texts + values)
    return int(np.bincount(pairs // found.table.texts).max())


def _shared(found: TableCells, entry: Entry) -> int | None:
    """Rows at a place where a row of the base was, too."""
    bad = found.bad.get(entry.base)
    if bad is not None and (bad & found.inside(entry.begin, entry.end)).any():
        raise Missing
    base = _entities(found, entry, entry.base)
    return int(np.isin(_entities(found, entry, entry.slot), base).sum())


SHARED_RULES: Final[Mapping[str, Rule]] = {
    "max_cnt": _most_rows,
    "max_distinct": _most_distinct,
    "shared_cnt": _shared,
}
