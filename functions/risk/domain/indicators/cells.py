"""The three matrices of an applicant: per slot and edge, rows, sums and unknown rows so far.

Rows for which the same conditions hold are one class. A table is added up once by class and
place; each filter is the sum of some classes, so that filters cost nothing that grows with rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from puhui.columns.layout import NO_CODE
from risk.domain.indicators.derived_fields import Mask
from risk.domain.indicators.moment import EDGES, MONTHS, Moment
from risk.domain.indicators.plan import Plan
from risk.domain.indicators.table import Table, put_in_place
from risk.domain.indicators.table_plan import WIDTH, SlotKey, TableKey, TablePlan

Ints = NDArray[np.int64]
EXACT_IN_FLOATS: Final = 2**52
"""Integers whose absolute values add up to less are added exactly in floats, in whatever order;
half of what floats hold, because that sum is itself rounded."""


@dataclass(slots=True, eq=False)
class TableCells:
    """One table with its rows by class."""

    table: Table
    plan: TablePlan
    class_of_row: Ints
    bad: dict[int, Mask] = field(default_factory=dict)
    """By slot, the rows about which something is not known; only where there are any."""
    counts: Ints = field(default_factory=lambda: np.zeros((0, EDGES), np.int64))
    """By slot and edge, how many of the slot's rows lie before the edge."""
    _in_order: tuple[Ints, Ints] | None = None
    _rows: dict[int, Ints] = field(default_factory=dict)
    _edge_rows: dict[tuple[int, int, int, bool], Ints] = field(default_factory=dict)

    def holds(self, slot: int) -> Mask:
        """The rows that a slot's filter takes."""
        member = self.plan.classes.member
        found: Mask = member[self.plan.filter_of_slot[slot]][self.class_of_row]
        return found

    def inside(self, begin: int, end: int) -> Mask:
        """The rows between two edges."""
        first, last = self.table.moment.window(begin, end)
        place = self.table.place
        return (place > first) & (place <= last)

    def rows_in(self, slot: int, begin: int, end: int) -> Ints:
        """The rows of a slot between two edges, by their places: windows are slices of them."""
        first, last = self.counts[slot, begin], self.counts[slot, end]
        return self._rows_of(slot)[first:last]

    def rows_before(self, slot: int, end: int) -> Ints:
        """The rows of a slot before an edge, by their places."""
        return self._rows_of(slot)[: self.counts[slot, end]]

    def _rows_of(self, slot: int) -> Ints:
        number = int(self.plan.filter_of_slot[slot])
        found = self._rows.get(number)
        if found is None:
            if self._in_order is None:
                # As small numbers, so that sorting takes no comparisons.
                order = self.table.place.astype(np.uint8).argsort(kind="stable")
                self._in_order = order, self.class_of_row[order]
            order, classes = self._in_order
            found = self._rows[number] = order[self.plan.classes.member[number].take(classes)]
        return found

    def rows_of_edge(self, slot: int, begin: int, end: int, *, latest: bool) -> Ints:
        """Of a slot's rows those of the latest or the earliest day that has any."""
        key = int(self.plan.filter_of_slot[slot]), begin, end, latest
        found = self._edge_rows.get(key)
        if found is None:
            found = self.rows_in(slot, begin, end)
            if len(found) > 1:
                days = self.table.days()[found]
                found = found[days == (days.max() if latest else days.min())]
            self._edge_rows[key] = found
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All tables of an applicant, and the matrices."""

    counts: Ints
    sums: NDArray[Any]
    bads: Ints
    tables: dict[TableKey, TableCells]


def cells_of(plan: Plan, columns: dict[str, FactColumns], moment: Moment) -> Cells:
    """Put every row of the documents between the edges and add up all slots."""
    looked_at = [
        (wanted, Table(columns[wanted.key[0]], wanted.key[1], wanted.key[2], moment))
        for wanted in plan.tables
        if wanted.key[0] in columns
    ]
    put_in_place([table for _, table in looked_at], moment)
    tables = {
        wanted.key: TableCells(table, wanted, _class_of_row(table, wanted))
        for wanted, table in looked_at
    }
    bads: Ints = np.zeros((plan.slots, WIDTH), np.int64)
    with_rows = [found for found in tables.values() if found.table.rows]
    for found in with_rows:
        _note_bad(found)
        for slot, bad in found.bad.items():
            places = found.table.place[bad]
            bads[found.plan.first_slot + slot] = np.bincount(places, minlength=WIDTH)
    by_filter = _cumulated(_by_filter(plan, with_rows), moment)
    counts = by_filter[plan.count_of_slot].astype(np.int64, copy=False)
    for found in tables.values():
        first = found.plan.first_slot
        found.counts = counts[first : first + len(found.plan.slots)]
    return Cells(counts, by_filter[plan.sum_of_slot], _cumulated(bads, moment), tables)


def months_of(matrix: NDArray[Any]) -> NDArray[Any]:
    """The amounts of single months: column 0 is the last full month."""
    found: NDArray[Any] = matrix[:, :MONTHS] - matrix[:, 1 : MONTHS + 1]
    return found


def _cumulated(cells: NDArray[Any], moment: Moment) -> NDArray[Any]:
    """From the oldest edge to the latest, as exact integers."""
    exact = cells if cells.dtype == object else cells.astype(np.int64)
    found: NDArray[Any] = exact.cumsum(axis=1)[:, moment.places]
    return found


def _class_of_row(table: Table, wanted: TablePlan) -> Ints:
    """Each row's class: the sum of what its codes and other conditions add."""
    found: Ints | None = None
    for code in wanted.classes.codes if table.rows else ():
        numbers, nulls = table.field(code.field)
        if numbers.dtype == np.bool_:
            numbers = numbers.view(np.uint8)
        adds = code.adds.take(numbers if nulls is None else np.where(nulls, NO_CODE, numbers))
        found = adds if found is None else found + adds
    for condition, step in wanted.classes.others if table.rows else ():
        adds = table.atom(condition)[0] * step
        found = adds if found is None else found + adds
    return np.zeros(table.rows, np.int64) if found is None else found


def _by_filter(plan: Plan, tables: list[TableCells]) -> NDArray[Any]:
    """The counts and sums of all filters by place: all tables are added up by class at once."""
    counted: list[Ints] = []
    placed: list[Ints] = []
    numbers: list[NDArray[Any]] = []
    for found in tables:
        wanted = found.plan
        first = found.class_of_row * wanted.width
        first += found.table.place
        first += wanted.first_cell
        counted.append(first)
        for kind, name in enumerate(wanted.values, 1):
            placed.append(first + kind * WIDTH)
            numbers.append(_numbers(found.table, name))
    by_class = _added(counted, placed, numbers, plan.cells)
    exact = by_class.dtype == object
    by_filter: NDArray[Any] = np.zeros((plan.sums, WIDTH), by_class.dtype)
    for found in tables:
        wanted = found.plan
        cells = by_class[wanted.first_cell : wanted.first_cell + wanted.cells]
        members = wanted.exact_members if exact else wanted.members
        summed = members @ cells.reshape(-1, wanted.width)
        by_filter[wanted.first_sum : wanted.first_sum + wanted.sums] = summed.reshape(-1, WIDTH)
    return by_filter


def _added(
    counted: list[Ints], placed: list[Ints], numbers: list[NDArray[Any]], size: int
) -> NDArray[Any]:
    """Rows and numbers by place: in floats where those are exact, or else in Python's integers."""
    if not counted:
        return np.zeros(size)
    place = np.concatenate([*counted, *placed])
    number = np.ones(len(place), np.int64)
    if numbers:
        values = number[-sum(map(len, numbers)) :]
        np.concatenate(numbers, out=values)
        if np.abs(values).sum(dtype=np.float64) >= EXACT_IN_FLOATS:
            exact = np.zeros(size, object)
            np.add.at(exact, place, number.astype(object))
            return exact
    found: NDArray[Any] = np.bincount(place, number, size)
    return found


def _note_bad(found: TableCells) -> None:
    """Find the rows that make a value missing: an unknown condition, a null value or entity."""
    table, plan = found.table, found.plan
    nullable = table.columns.nulls[table.name].keys() & plan.plain_fields
    if plan.derived_fields:
        nullable |= {name for name in plan.derived_fields if table.field(name)[1] is not None}
    if not nullable:
        return
    for key, slot in dict.fromkeys(one for name in nullable for one in plan.slots_of_field[name]):
        bad = _bad(found, key, slot, nullable)
        if bad is not None and bad.any():
            found.bad[slot] = bad


def _bad(found: TableCells, key: SlotKey, slot: int, nullable: set[str]) -> Mask | None:
    where, value, by = key
    bad: Mask | None = None
    if any(condition.field in nullable and condition.op != "open" for condition in where):
        bad = found.table.unknown(where)
    for name in (value, by):
        if name is not None and name in nullable:
            nulls = found.table.field(name)[1]
            if nulls is not None:
                mine = found.holds(slot) & nulls
                bad = mine if bad is None else bad | mine
    return bad


def _numbers(table: Table, name: str) -> NDArray[Any]:
    """A field's integers, null ones as 0: what is null is noted as bad."""
    values, nulls = table.field(name)
    return values if nulls is None else np.where(nulls, 0, values)
