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
from risk.domain.indicators.definition import Condition
from risk.domain.indicators.derived_fields import Mask
from risk.domain.indicators.moment import EDGES, MONTHS, Moment
from risk.domain.indicators.plan import Plan
from risk.domain.indicators.table import Table, put_in_place
from risk.domain.indicators.table_plan import FEW_ATOMS, SlotKey, TableKey, TablePlan, takes

Ints = NDArray[np.int64]
WIDTH: Final = EDGES + 1
"""Places of rows: behind each edge, and behind the last for what came after the moment."""
EXACT_IN_FLOATS: Final = 2**53
"""Sums of integers below this are exact in floats, in whatever order they are added."""


@dataclass(slots=True, eq=False)
class TableCells:
    """One table with its rows by class, and which classes each filter takes."""

    table: Table
    plan: TablePlan
    class_of_row: Ints
    member: NDArray[np.bool_]
    """Filters × classes."""
    bad: dict[int, Mask] = field(default_factory=dict)
    """By slot, the rows about which something is not known; only where there are any."""
    _rows: dict[tuple[int, int, int], Ints] = field(default_factory=dict)
    _edge_rows: dict[tuple[int, int, int, bool], Ints] = field(default_factory=dict)

    def holds(self, slot: int) -> Mask:
        """The rows that a slot's filter takes."""
        found: Mask = self.member[self.plan.filter_of_slot[slot]][self.class_of_row]
        return found

    def inside(self, begin: int, end: int) -> Mask:
        """The rows between two edges."""
        first, last = self.table.moment.window(begin, end)
        place = self.table.place
        return (place > first) & (place <= last)

    def rows_in(self, slot: int, begin: int, end: int) -> Ints:
        """The rows of a slot between two edges; several rules ask for the same."""
        key = int(self.plan.filter_of_slot[slot]), begin, end
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = np.flatnonzero(self.holds(slot) & self.inside(begin, end))
        return found

    def rows_of_edge(self, slot: int, begin: int, end: int, *, latest: bool) -> Ints:
        """Of a slot's rows those of the latest or the earliest day that has any."""
        key = int(self.plan.filter_of_slot[slot]), begin, end, latest
        found = self._edge_rows.get(key)
        if found is None:
            rows = self.rows_in(slot, begin, end)
            if len(rows):
                day = self.table.days()[rows]
                rows = rows[day == (day.max() if latest else day.min())]
            found = self._edge_rows[key] = rows
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All tables of an applicant, and the matrices."""

    counts: Ints
    sums: NDArray[Any]
    bads: Ints
    tables: dict[TableKey, TableCells]

    def spoilt(self, row: int, begin: int, end: int) -> bool:
        """Whether something is not known about a slot between two edges."""
        return bool(self.bads[row, end] > self.bads[row, begin])


def cells_of(plan: Plan, columns: dict[str, FactColumns], moment: Moment) -> Cells:
    """Put every row of the documents between the edges and add up all slots."""
    looked_at = [
        (wanted, Table(columns[wanted.key[0]], wanted.key[1], wanted.key[2], moment))
        for wanted in plan.tables
        if wanted.key[0] in columns
    ]
    put_in_place([table for _, table in looked_at], moment)
    adding = _Adding(plan)
    bads: Ints = np.zeros((plan.slots, WIDTH), np.int64)
    tables: dict[TableKey, TableCells] = {}
    for wanted, table in looked_at:
        found = tables[wanted.key] = TableCells(table, wanted, *_classes(table, wanted))
        if not table.rows:
            continue
        _note_bad(found)
        adding.add(found)
        for slot, bad in found.bad.items():
            bads[wanted.first_slot + slot] = np.bincount(table.place[bad], minlength=WIDTH)
    counts, sums = adding.matrices()
    return Cells(
        _cumulated(counts, moment), _cumulated(sums, moment), _cumulated(bads, moment), tables
    )


def months_of(matrix: NDArray[Any]) -> NDArray[Any]:
    """The amounts of single months: column 0 is the last full month."""
    found: NDArray[Any] = matrix[:, :MONTHS] - matrix[:, 1 : MONTHS + 1]
    return found


def _cumulated(cells: NDArray[Any], moment: Moment) -> NDArray[Any]:
    """From the oldest edge to the latest, as exact integers."""
    exact = cells if cells.dtype == object else cells.astype(np.int64)
    found: NDArray[Any] = np.cumsum(exact, axis=1)[:, moment.places]
    return found


def _classes(table: Table, wanted: TablePlan) -> tuple[Ints, NDArray[np.bool_]]:
    """Each row's class, and which classes each filter takes: one bit for each condition."""
    bits = np.zeros(table.rows, np.int64)
    if table.rows:
        for name, numbers, conditions in wanted.code_fields:
            values, nulls = table.field(name)
            legend = table.legend(name)
            known, bits_of_codes = wanted.code_bits.get(name, (None, None))
            if bits_of_codes is None or known != legend:
                bits_of_codes = _bits_of_codes(conditions, numbers, legend)
                wanted.code_bits[name] = legend, bits_of_codes
            found = bits_of_codes[values.view(np.uint8)]
            bits |= found if nulls is None else np.where(nulls, 0, found)
        for condition, number in wanted.other_atoms:
            bits |= table.atom(condition)[0].astype(np.int64) << number
    if len(wanted.atoms) <= FEW_ATOMS:
        # So few conditions that each of their combinations may be a class, rows or not.
        return bits, wanted.member_of_all
    classes, class_of_row = np.unique(bits, return_inverse=True)
    return class_of_row, takes(wanted.filter_bits, classes)


def _bits_of_codes(
    conditions: tuple[Condition, ...], numbers: tuple[int, ...], legend: tuple[str, ...]
) -> Ints:
    """For each number of a code or flag the bits of the conditions that hold."""
    found = np.zeros(256, np.int64)
    for number, condition in zip(numbers, conditions, strict=True):
        for value in condition.values:
            found[int(value) if isinstance(value, bool) else legend.index(value)] |= 1 << number
    return found


class _Adding:
    """Adds up all tables together by class and place, and then each table by filter."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tables: list[TableCells] = []
        self.counted: list[Ints] = []
        self.cells: list[Ints] = []
        self.values: list[NDArray[Any]] = []
        self.classes, self.value_classes = 0, 0

    def add(self, found: TableCells) -> None:
        """Where the rows of a table are counted, and where their values are added."""
        classes = found.member.shape[1]
        cell = found.class_of_row * WIDTH + found.table.place
        self.tables.append(found)
        self.counted.append(cell + self.classes * WIDTH)
        self.classes += classes
        for name, _ in found.plan.slots_of_value:
            self.cells.append(cell + self.value_classes * WIDTH)
            self.values.append(_numbers(found.table, name))
            self.value_classes += classes

    def matrices(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Counts and sums by slot and place."""
        counts: NDArray[Any] = np.zeros((self.plan.slots, WIDTH))
        sums: NDArray[Any] = np.zeros((self.plan.slots, WIDTH))
        if not self.tables:
            return counts, sums
        counted = np.bincount(np.concatenate(self.counted), minlength=self.classes * WIDTH)
        added = self._added()
        if added.dtype == object:
            sums = sums.astype(np.int64).astype(object)
        by_class = counted.astype(np.float64).reshape(self.classes, WIDTH)
        at, value_at = 0, 0
        for found in self.tables:
            plan, classes = found.plan, found.member.shape[1]
            member = found.member.astype(added.dtype)
            filtered = found.member.astype(np.float64) @ by_class[at : at + classes]
            rows = slice(plan.first_slot, plan.first_slot + len(plan.slots))
            counts[rows] = filtered[plan.filter_of_slot]
            at += classes
            for _, slots in plan.slots_of_value:
                filtered = member @ added[value_at : value_at + classes]
                sums[plan.first_slot + slots] = filtered[plan.filter_of_slot[slots]]
                value_at += classes
        return counts, sums

    def _added(self) -> NDArray[Any]:
        """The sums by class and place: in floats where those are exact, or else in integers."""
        size = self.value_classes * WIDTH
        if not self.cells:
            return np.zeros((0, WIDTH))
        cell, value = np.concatenate(self.cells), np.concatenate(self.values)
        if int(np.abs(value).max()) * len(value) < EXACT_IN_FLOATS:
            return np.bincount(cell, value, size).reshape(self.value_classes, WIDTH)
        exact = np.zeros(size, object)
        np.add.at(exact, cell, value.astype(object))
        return exact.reshape(self.value_classes, WIDTH)


def _note_bad(found: TableCells) -> None:
    """Find the rows that make a value missing: an unknown condition, a null value or entity."""
    table = found.table
    if not table.columns.nulls[table.name] and not found.plan.derives:
        return
    nullable = {name for name in found.plan.fields if table.field(name)[1] is not None}
    if not nullable:
        return
    for key, slot in found.plan.slots.items():
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
