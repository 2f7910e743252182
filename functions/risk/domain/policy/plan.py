"""A table compiled to a numpy plan whose bitmap is the whole trace, also of what did not match.

Every cell becomes intervals of scaled integers, so that nothing is rounded; words become places in
a vocabulary, and a comparison with another input an interval of the difference. One pass decides
all cells: whether each is true, and whether that is known at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from risk.domain.inputs import Input, InputDefinition, Inputs, Word
from risk.domain.policy.cells import HIGHEST, LOWEST, Cell, Span
from risk.domain.policy.kinds import TableNode
from risk.domain.policy.model import Policy
from risk.domain.policy.parts import Table

Bits = NDArray[np.bool_]
Numbers = NDArray[np.int64]
NOTHING: Span = (1, 0)
UNKNOWN_WORD = -1


@dataclass(frozen=True, slots=True)
class Matches:
    """What a plan found; the last axis runs over cells or rows."""

    true: Bits
    """By cell: its input has a value, and the value is inside."""
    known: Bits | None
    """By cell: everything that it compares has a value; None where that is so of all."""
    rows: Bits
    """By row: it matches, as zen would say."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A compiled table: atoms (intervals) in cells, cells in rows."""

    names: tuple[str, ...]
    decimals: tuple[int, ...]
    words: tuple[Mapping[str, int] | None, ...]
    left: Numbers
    right: Numbers
    """Places of the two inputs whose difference is a further slot."""
    slot: Numbers
    low: Numbers
    high: Numbers
    cell_starts: Numbers
    own: Numbers
    """By cell: the place of the column's input."""
    nulls: Bits
    """By cell: it accepts an input without a value."""
    row_starts: Numbers
    filled: Numbers
    """The rows that have cells; the others match everything."""
    row_count: int
    spans: tuple[tuple[int, int], ...]
    """By row: its first cell, and the one after its last."""
    single: bool
    """Every cell is one interval."""

    def vector(self, inputs: Inputs) -> tuple[Numbers, Bits | None]:
        """The inputs that the table reads, as scaled integers, and which of them are known."""
        values = [
            place(inputs[name], decimals, words)
            for name, decimals, words in zip(self.names, self.decimals, self.words, strict=True)
        ]
        if None not in values:
            return np.array(values, np.int64), None
        known = np.array([value is not None for value in values], np.bool_)
        return np.array([value or 0 for value in values], np.int64), known

    def evaluate(self, values: Numbers, known: Bits | None) -> Matches:
        """Decide every cell and every row, for one vector or for many."""
        if self.left.size:
            differences = values[..., self.left] - values[..., self.right]
            values = np.concatenate((values, differences), axis=-1)
        of_atoms = values[..., self.slot]
        true = (self.low <= of_atoms) & (of_atoms <= self.high)
        if known is None:
            if not self.single:
                true = np.logical_or.reduceat(true, self.cell_starts, axis=-1)
            return Matches(true, None, self._rows(true))
        if self.left.size:
            both = known[..., self.left] & known[..., self.right]
            known = np.concatenate((known, both), axis=-1)
        sure = known[..., self.slot]
        true &= sure
        if not self.single:
            true = np.logical_or.reduceat(true, self.cell_starts, axis=-1)
            sure = np.logical_and.reduceat(sure, self.cell_starts, axis=-1)
        matching = true | (self.nulls & ~known[..., self.own])
        return Matches(true, sure, self._rows(matching))

    def is_sure(self, row: int, known: Bits | None) -> bool:
        """Whether every cell of a row is known, for one vector."""
        if known is None:
            return True
        start, end = self.spans[row]
        return bool(known[start:end].all())

    def _rows(self, cells: Bits) -> Bits:
        """A row holds where all its cells do."""
        if self.filled.size == self.row_count:
            return np.logical_and.reduceat(cells, self.row_starts, axis=-1)
        found = np.ones((*cells.shape[:-1], self.row_count), np.bool_)
        if self.filled.size:
            found[..., self.filled] = np.logical_and.reduceat(cells, self.row_starts, axis=-1)
        return found


def place(found: Input, decimals: int, words: Mapping[str, int] | None) -> int | None:
    """One input as the plan's integer, or None where nothing is known."""
    if isinstance(found, Word):
        if found.text is None or words is None:
            return None
        return words.get(found.text, UNKNOWN_WORD)
    if found.scaled is None:
        return None
    scaled = found.scaled
    if found.decimals != decimals:
        if found.decimals > decimals:
            raise ValueError("an input has more decimals than its definition")
        scaled *= int(10 ** (decimals - found.decimals))
    return scaled if LOWEST < scaled < HIGHEST else min(max(scaled, LOWEST), HIGHEST)


@cache
def plan_of(table: Table) -> Plan:
    """Compile a table once; tables are compared by identity."""
    return _Compiler(table).plan()


def warm(policy: Policy) -> None:
    """Compile every table of a policy before the first request needs it."""
    for node in policy.nodes:
        if isinstance(node, TableNode) and node.table.compiled:
            plan_of(node.table)


class _Compiler:
    """Collects atoms, cells and rows of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        definitions = {one.name: one.definition for one in table.columns} | dict(table.operands)
        self.names = tuple(definitions)
        self.definitions: list[InputDefinition] = list(definitions.values())
        self.vocabularies = [self._vocabulary(one) for one in self.definitions]
        self.pairs: dict[tuple[int, int], int] = {}
        self.atoms: list[tuple[int, Span]] = []
        self.cells: list[tuple[int, int, bool]] = []
        self.rows: list[int] = []
        self.filled: list[int] = []
        self.spans: list[tuple[int, int]] = []

    def plan(self) -> Plan:
        for index, row in enumerate(self.table.rows):
            self._row(index, row.cells)
        left, right = zip(*self.pairs, strict=True) if self.pairs else ((), ())
        return Plan(
            names=self.names,
            decimals=tuple(one.decimals for one in self.definitions),
            words=tuple(self.vocabularies),
            left=np.array(left, np.int64),
            right=np.array(right, np.int64),
            slot=np.array([slot for slot, _ in self.atoms], np.int64),
            low=np.array([span[0] for _, span in self.atoms], np.int64),
            high=np.array([span[1] for _, span in self.atoms], np.int64),
            cell_starts=np.array([start for start, _, _ in self.cells], np.int64),
            own=np.array([own for _, own, _ in self.cells], np.int64),
            nulls=np.array([null for _, _, null in self.cells], np.bool_),
            row_starts=np.array(self.rows, np.int64),
            filled=np.array(self.filled, np.int64),
            row_count=len(self.table.rows),
            spans=tuple(self.spans),
            single=len(self.atoms) == len(self.cells),
        )

    def _row(self, index: int, cells: tuple[Cell | None, ...]) -> None:
        begin = len(self.cells)
        for column, cell in zip(self.table.columns, cells, strict=True):
            if cell is None:
                continue
            own = self.names.index(column.name)
            self.cells.append((len(self.atoms), own, cell.null))
            self.atoms.extend(self._atoms(own, cell) or [(own, NOTHING)])
        self.spans.append((begin, len(self.cells)))
        if len(self.cells) > begin:
            self.rows.append(begin)
            self.filled.append(index)

    def _atoms(self, own: int, cell: Cell) -> list[tuple[int, Span]]:
        words = self.vocabularies[own] or {}
        spans = [*cell.spans(self.definitions[own].decimals)]
        spans += [(words[word], words[word]) for word in cell.words]
        atoms = [(own, span) for span in spans]
        for against in cell.against:
            pair = (own, self.names.index(against.name))
            slot = len(self.names) + self.pairs.setdefault(pair, len(self.pairs))
            atoms.append((slot, against.span))
        return atoms

    def _vocabulary(self, definition: InputDefinition) -> Mapping[str, int] | None:
        if not definition.is_text:
            return None
        words = {
            word
            for row in self.table.rows
            for column, cell in zip(self.table.columns, row.cells, strict=True)
            if cell is not None and column.name == definition.name
            for word in cell.words
        }
        return {word: index for index, word in enumerate(sorted(words))}
