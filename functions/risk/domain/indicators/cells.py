"""The three matrices of an applicant: per slot and edge, rows, sums and unknown rows so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from risk.domain.indicators.derived_fields import Array, Mask
from risk.domain.indicators.moment import EDGES, MONTHS, Moment
from risk.domain.indicators.plan import Plan, SlotKey, TableKey, TablePlan
from risk.domain.indicators.table import Table

Ints = NDArray[np.int64]
EXACT: Final = 2**62
"""Sums that could pass this are made of Python's integers, which have no end."""


@dataclass(slots=True, eq=False)
class TableCells:
    """One table with the masks of its slots."""

    table: Table
    plan: TablePlan
    holds: NDArray[np.bool_]
    """Slots × rows."""
    bad: dict[int, Mask] = field(default_factory=dict)
    """By slot, the rows about which something is not known; only where there are any."""

    def rows_in(self, slot: int, begin: int, end: int) -> Ints:
        """The rows of a slot between two edges, oldest first."""
        first, last = self.table.edges[begin], self.table.edges[end]
        return np.flatnonzero(self.holds[slot, first:last]) + first

    def spoilt(self, slot: int, begin: int, end: int) -> bool:
        """Whether something is not known between two edges."""
        bad = self.bad.get(slot)
        if bad is None:
            return False
        return bool(bad[self.table.edges[begin] : self.table.edges[end]].any())


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """All tables of an applicant, and the matrices."""

    counts: Ints
    sums: NDArray[Any]
    bads: Ints
    tables: dict[TableKey, TableCells]


def cells_of(plan: Plan, columns: dict[str, FactColumns], moment: Moment) -> Cells:
    """Cut every table of the documents at the edges and add up its slots."""
    counts = np.zeros((plan.slots, EDGES), np.int64)
    sums: NDArray[Any] = np.zeros((plan.slots, EDGES), np.int64)
    bads = np.zeros((plan.slots, EDGES), np.int64)
    tables: dict[TableKey, TableCells] = {}
    for wanted in plan.tables:
        product, name, date = wanted.key
        document = columns.get(product)
        if document is None:
            continue
        table = Table(document, name, date, moment)
        found = tables[wanted.key] = TableCells(table, wanted, _holds(table, wanted))
        if not table.rows:
            continue
        _note_bad(found)
        rows = slice(wanted.first_slot, wanted.first_slot + len(wanted.slots))
        counts[rows] = _at_edges(found.holds, table.edges)
        if len(wanted.valued):
            added = _sums(found, wanted)
            if added.dtype == object and sums.dtype != object:
                sums = sums.astype(object)
            sums[wanted.first_slot + wanted.valued] = added
        for slot, bad in found.bad.items():
            bads[wanted.first_slot + slot] = _at_edges(bad[None, :], table.edges)[0]
    return Cells(counts, sums, bads, tables)


def months_of(matrix: NDArray[Any]) -> NDArray[Any]:
    """The amounts of single months: column 0 is the last full month."""
    return matrix[:, :MONTHS] - matrix[:, 1 : MONTHS + 1]


def _holds(table: Table, wanted: TablePlan) -> NDArray[np.bool_]:
    """The truth of each slot's conditions for all rows at once."""
    atoms = np.ones((len(wanted.atoms) + 1, table.rows), np.bool_)
    for condition, number in wanted.atoms.items():
        atoms[number] = table.atom(condition)[0]
    holds = atoms[wanted.atom_index[0]]
    for more in wanted.atom_index[1:]:
        holds &= atoms[more]
    return holds


def _note_bad(found: TableCells) -> None:
    """Find the rows that make a value missing: an unknown condition, a null value or entity."""
    table = found.table
    nullable = {
        name
        for name in {
            *(condition.field for condition in found.plan.atoms if condition.op != "open"),
            *(name for key in found.plan.slots for name in key[1:] if name is not None),
        }
        if table.field(name)[1] is not None
    }
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
        bad = table.mask(where)[1]
    for name in (value, by):
        if name is not None and name in nullable:
            nulls = table.field(name)[1]
            if nulls is not None:
                mine = holds & nulls
                bad = mine if bad is None else bad | mine
    return bad


def _sums(found: TableCells, wanted: TablePlan) -> NDArray[Any]:
    table = found.table
    values = np.stack([_numbers(table, name) for name in wanted.values])
    largest = max(int(values.max()), -int(values.min()))
    if largest and table.rows * largest > EXACT:
        values = values.astype(object)
    weighted = values[wanted.value_index] * found.holds[wanted.valued]
    return _at_edges(weighted, table.edges)


def _numbers(table: Table, name: str) -> Array:
    """A field's integers, null ones as 0: what is null is noted as bad."""
    values, nulls = table.field(name)
    wide = values.astype(np.int64)
    if nulls is not None:
        wide[nulls] = 0
    return wide


def _at_edges(matrix: NDArray[Any], edges: Ints) -> NDArray[Any]:
    """Cumulate along the rows and read at the edges."""
    dtype = object if matrix.dtype == object else np.int64
    whole = np.zeros((matrix.shape[0], matrix.shape[1] + 1), dtype)
    np.cumsum(matrix, axis=1, dtype=dtype, out=whole[:, 1:])
    found: NDArray[Any] = whole[:, edges]
    return found
