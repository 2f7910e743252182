"""Rules about the other side: how many, how concentrated, how new, how shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.cells import Cells, TableCells
from risk.domain.indicators.plan import DistinctGroup, Entry, plan
from risk.domain.indicators.result import Result
from risk.domain.indicators.row_rules import Missing, Rule, fill_with, total
from risk.domain.indicators.table_plan import WIDTH
from risk.domain.indicators.values import rounded

Ints = NDArray[np.int64]
RATIO_RULES: Final = ("top_share", "hhi", "new_share")
NEVER: Final = WIDTH
"""A place that no row has, for an entity without a row."""


@dataclass(frozen=True, slots=True, eq=False)
class PositiveSums:
    """The entities with a positive sum in a window."""

    by_entity: NDArray[Any]
    """By the number of the entity; 0 where the sum is not positive."""
    ranked: NDArray[Any]
    """The largest first."""
    whole: int


def fill_parties(singles: Mapping[str, tuple[Entry, ...]], cells: Cells, result: Result) -> None:
    """Make the indicators about entities; those of one slot and window share its sums."""
    for group in plan().distinct:
        _fill_distinct(group, cells, result)
    sums: dict[tuple[int, int], PositiveSums] = {}
    for rule in RATIO_RULES:
        for entry in singles.get(rule, ()):
            if not result.wanted(entry.number) or entry.table is None:
                continue
            found = cells.tables[entry.table.key]
            key = entry.row, entry.begin
            if key not in sums:
                sums[key] = _positive_sums(found, entry)
            result.put(entry.number, _PARTY_RULES[rule](found, entry, sums[key]))
    fill_with(SHARED_RULES, singles, cells, result)


def _fill_distinct(group: DistinctGroup, cells: Cells, result: Result) -> None:
    """An entity is in a window when its last row before the window's end is."""
    found = cells.tables.get(group.table.key)
    if found is None:
        return
    table = found.table
    entities, number = table.entities(group.by)
    nulls = table.field(group.by)[1]
    last = np.full((len(group.slots), number), NEVER)
    for slot, places in zip(group.slots.tolist(), last, strict=True):
        rows = found.rows_before(slot, group.end)
        if nulls is not None:
            rows = rows[~nulls[rows]]
        places[entities[rows]] = table.place[rows]  # in their order: an entity's last one stays
    seen = _seen(last)
    since = table.moment.places[group.begin]
    counted = seen[group.place, -1] - seen[group.place, since]
    result.scaled[group.number] = counted


def _seen(last: Ints) -> Ints:
    """By slot and place, how many entities have their last row there or before."""
    slots = np.arange(len(last))[:, None] * (NEVER + 1)
    counted = np.bincount((last + slots).ravel(), minlength=len(last) * (NEVER + 1))
    found: Ints = counted.reshape(len(last), NEVER + 1)[:, :NEVER].cumsum(axis=1)
    return found


def _positive_sums(found: TableCells, entry: Entry) -> PositiveSums:
    """What each entity sums up to in the window, where that is positive."""
    how, table = entry.definition.calculation, found.table
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    entities, number = table.entities(how.by or "")
    sums = np.zeros(number, np.int64)
    np.add.at(sums, entities[rows], table.field(how.value or "")[0][rows])
    by_entity = np.maximum(sums, 0)
    ranked = by_entity[by_entity > 0]
    ranked.sort()
    return PositiveSums(by_entity, ranked[::-1], total(ranked))


def _top_share(found: TableCells, entry: Entry, sums: PositiveSums) -> int | None:
    return _share(entry, sums.ranked[: entry.definition.calculation.constant], sums.whole)


def _share(entry: Entry, part: NDArray[Any], whole: int) -> int | None:
    return rounded(total(part) * int(10**entry.definition.decimals), whole)


def _concentration(found: TableCells, entry: Entry, sums: PositiveSums) -> int | None:
    squares = _squares(sums.ranked)
    return rounded(squares * int(10**entry.definition.decimals), sums.whole * sums.whole)


def _new_share(found: TableCells, entry: Entry, sums: PositiveSums) -> int | None:
    """Who is new is told by everybody who came before the window."""
    entities, _ = found.table.entities(entry.definition.calculation.by or "")
    new = sums.by_entity.copy()
    new[entities[found.rows_before(entry.base, entry.begin)]] = 0
    return _share(entry, new, sums.whole)


def _squares(sums: NDArray[Any]) -> int:
    """The exact sum of squares: numbers below 2**44 in two halves, whose products fit."""
    if len(sums) > 2**14 or (len(sums) and int(sums.max()) >= 2**44):
        return sum(one * one for one in sums.tolist())
    high, low = sums >> 20, sums & (2**20 - 1)
    return (int(high @ high) << 40) + (int(high @ low) << 21) + int(low @ low)


PartyRule = Callable[[TableCells, Entry, PositiveSums], int | None]
_PARTY_RULES: Final[Mapping[str, PartyRule]] = {
    "top_share": _top_share,
    "hhi": _concentration,
    "new_share": _new_share,
}


def _entities(found: TableCells, entry: Entry, slot: int) -> tuple[NDArray[Any], int]:
    """The entities of a slot's rows in the window, and how many numbers entities have."""
    entities, number = found.table.entities(entry.definition.calculation.by or "")
    return entities[found.rows_in(slot, entry.begin, entry.end)], number


def _most_rows(found: TableCells, entry: Entry) -> int | None:
    entities, _ = _entities(found, entry, entry.slot)
    return int(np.bincount(entities).max(initial=0))


def _most_distinct(found: TableCells, entry: Entry) -> int | None:
    entities, _ = _entities(found, entry, entry.slot)
    values, number = found.table.entities(entry.definition.calculation.value or "")
    rows = found.rows_in(entry.slot, entry.begin, entry.end)
    pairs = np.sort(entities.astype(np.int64) * number + values[rows])
    first = np.ones(len(pairs), np.bool_)
    first[1:] = pairs[1:] != pairs[:-1]
    return int(np.bincount(pairs[first] // number).max(initial=0)) if len(pairs) else 0


def _shared(found: TableCells, entry: Entry) -> int | None:
    """Rows at a place where a row of the base was, too."""
    bad = found.bad.get(entry.base)
    if bad is not None and (bad & found.inside(entry.begin, entry.end)).any():
        raise Missing
    base, number = _entities(found, entry, entry.base)
    known = np.zeros(number, np.bool_)
    known[base] = True
    return int(np.count_nonzero(known[_entities(found, entry, entry.slot)[0]]))


SHARED_RULES: Final[Mapping[str, Rule]] = {
    "max_cnt": _most_rows,
    "max_distinct": _most_distinct,
    "shared_cnt": _shared,
}
