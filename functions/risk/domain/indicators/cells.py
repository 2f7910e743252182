"""The three matrices of an applicant: per slot and edge, rows, sums and unknown rows so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from risk.domain.indicators.definition import Condition
from risk.domain.indicators.derived_fields import Mask
from risk.domain.indicators.moment import EDGES, MONTHS, Moment
from risk.domain.indicators.plan import Plan, SlotKey, TableKey, TablePlan
from risk.domain.indicators.table import Table

Ints = NDArray[np.int64]
WIDTH: Final = EDGES + 1
"""Places of rows: behind each edge, and behind the last for what came after the moment."""
EXACT_IN_FLOATS: Final = 2**53
"""Sums of integers below this are exact in floats, in whatever order they are added."""


@dataclass(slots=True, eq=False)
class TableCells:
    """One table with the masks of its slots."""

    table: Table
    plan: TablePlan
    holds: NDArray[np.bool_]
    """Slots × rows."""
    bad: dict[int, Mask] = field(default_factory=dict)
    """By slot, the rows about which something is not known; only where there are any."""
    _rows: dict[tuple[int, int, int], Ints] = field(default_factory=dict)

    def inside(self, begin: int, end: int) -> Mask:
        """The rows between two edges."""
        first, last = self.table.moment.window(begin, end)
        place = self.table.place
        return (place > first) & (place <= last)

    def rows_in(self, slot: int, begin: int, end: int) -> Ints:
        """The rows of a slot between two edges; several rules ask for the same."""
        key = slot, begin, end
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = np.flatnonzero(self.holds[slot] & self.inside(begin, end))
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
    """Put every row of the documents between the edges and add up all slots together."""
    tables: dict[TableKey, TableCells] = {}
    adding = _Adding(plan.slots, moment)
    for wanted in plan.tables:
        product, name, date = wanted.key
        document = columns.get(product)
        if document is None:
            continue
        table = Table(document, name, date, moment)
        found = tables[wanted.key] = TableCells(table, wanted, _holds(table, wanted))
        if table.rows:
            _note_bad(found)
            adding.add(found)
    return Cells(*adding.matrices(), tables)


def months_of(matrix: NDArray[Any]) -> NDArray[Any]:
    """The amounts of single months: column 0 is the last full month."""
    found: NDArray[Any] = matrix[:, :MONTHS] - matrix[:, 1 : MONTHS + 1]
    return found


class _Adding:
    """Collects which row belongs to which cell, and adds all of them up at once."""

    def __init__(self, slots: int, moment: Moment) -> None:
        self.slots, self.moment = slots, moment
        self.counted: list[Ints] = []
        self.valued: list[Ints] = []
        self.values: list[NDArray[Any]] = []
        self.bad: list[Ints] = []

    def add(self, found: TableCells) -> None:
        """The cells of one table's rows."""
        table, plan = found.table, found.plan
        slot, row = np.nonzero(found.holds)
        cell = plan.cell_starts[slot] + table.place[row]
        self.counted.append(cell)
        if plan.values:
            numbers = np.stack([_numbers(table, name) for name in plan.values])
            value = plan.value_of_slot[slot]
            with_value = value >= 0
            self.valued.append(cell[with_value])
            self.values.append(numbers[value[with_value], row[with_value]])
        for number, bad in found.bad.items():
            self.bad.append(plan.cell_starts[number] + table.place[bad])

    def matrices(self) -> tuple[Ints, NDArray[Any], Ints]:
        """Counts, sums and unknown rows, cumulated from the oldest edge to the latest."""
        counts = self._cumulated(_count(self.counted, self.slots))
        bads = self._cumulated(_count(self.bad, self.slots)) if self.bad else counts * 0
        return counts, self._cumulated(self._sum()), bads

    def _sum(self) -> NDArray[Any]:
        size = self.slots * WIDTH
        if not self.valued:
            return np.zeros(size, np.int64)
        cell, value = np.concatenate(self.valued), np.concatenate(self.values)
        if len(value) == 0 or int(np.abs(value).max()) * len(value) < EXACT_IN_FLOATS:
            added = np.bincount(cell, weights=value, minlength=size)
            return added.astype(np.int64)
        exact = np.zeros(size, object)
        np.add.at(exact, cell, value.astype(object))
        if max(exact.max(), -exact.min()) * WIDTH < 2**62:
            return exact.astype(np.int64)
        return exact

    def _cumulated(self, cells: NDArray[Any]) -> NDArray[Any]:
        whole = np.cumsum(cells.reshape(self.slots, WIDTH), axis=1)
        found: NDArray[Any] = whole[:, self.moment.places]
        return found


def _count(cells: list[Ints], slots: int) -> Ints:
    size = slots * WIDTH
    if not cells:
        return np.zeros(size, np.int64)
    counted: Ints = np.bincount(np.concatenate(cells), minlength=size)
    return counted


def _holds(table: Table, wanted: TablePlan) -> NDArray[np.bool_]:
    """The truth of each slot's conditions for all rows at once."""
    atoms = np.ones((len(wanted.atoms) + 1, table.rows), np.bool_)
    if table.rows:
        for name, numbers, conditions in wanted.code_fields:
            values, nulls = table.field(name)
            truths = _truths(conditions, table.legend(name))
            atoms[numbers] = truths[:, values.view(np.uint8)]
            if nulls is not None:
                atoms[numbers] &= ~nulls
        for condition, number in wanted.other_atoms:
            atoms[number] = table.atom(condition)[0]
    holds: NDArray[np.bool_] = atoms[wanted.atom_index[0]]
    for more in wanted.atom_index[1:]:
        holds &= atoms[more]
    return holds


@lru_cache(maxsize=512)
def _truths(conditions: tuple[Condition, ...], legend: tuple[str, ...]) -> NDArray[np.bool_]:
    """For each condition on a field of codes or a flag the numbers for which it holds."""
    found = np.zeros((len(conditions), 256), np.bool_)
    for number, condition in enumerate(conditions):
        for value in condition.values:
            found[number, int(value) if isinstance(value, bool) else legend.index(value)] = True
    return found


def _note_bad(found: TableCells) -> None:
    """Find the rows that make a value missing: an unknown condition, a null value or entity."""
    table = found.table
    nullable = {name for name in found.plan.fields if table.field(name)[1] is not None}
    if not nullable:
        return
    for key, slot in found.plan.slots.items():
        bad = _bad(table, key, found.holds[slot], nullable)
        if bad is not None and bad.any():
            found.bad[slot] = bad


def _bad(table: Table, key: SlotKey, holds: Mask, nullable: set[str]) -> Mask | None:
    where, value, by = key
    bad: Mask | None = None
    if any(condition.field in nullable and condition.op != "open" for condition in where):
        bad = table.unknown(where)
    for name in (value, by):
        if name is not None and name in nullable:
            nulls = table.field(name)[1]
            if nulls is not None:
                mine = holds & nulls
                bad = mine if bad is None else bad | mine
    return bad


def _numbers(table: Table, name: str) -> NDArray[Any]:
    """A field's integers, null ones as 0: what is null is noted as bad."""
    values, nulls = table.field(name)
    if nulls is None:
        return values.astype(np.int64)
    return np.where(nulls, 0, values).astype(np.int64)
