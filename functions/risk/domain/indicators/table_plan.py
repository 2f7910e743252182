"""What the plan looks at in one table: its slots, their filters, and the classes of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.classes import Classes, classes_of
from risk.domain.indicators.definition import DERIVED_FROM, Where
from risk.domain.indicators.moment import EDGES

Ints = NDArray[np.int64]
SlotKey = tuple[Where, str | None, str | None]
TableKey = tuple[str, str, str | None]
WIDTH: Final = EDGES + 1
"""Places of rows: behind each edge, and behind the last for what came after the moment."""


class First(NamedTuple):
    """Where a table's slots, sums and cells begin among those of all tables."""

    slot: int = 0
    sum: int = 0
    cell: int = 0


@dataclass(slots=True)
class TablePlan:
    """What is looked at in one table."""

    key: TableKey
    first_slot: int = 0
    slots: dict[SlotKey, int] = field(default_factory=dict)
    """Each slot's number within the table."""
    plain_fields: frozenset[str] = frozenset()
    derived_fields: tuple[str, ...] = ()
    """Whatever a null in makes a value missing."""
    slots_of_field: dict[str, list[tuple[SlotKey, int]]] = field(default_factory=dict)
    """By such a field, the slots that it makes missing."""
    classes: Classes = field(default_factory=lambda: Classes((), (), 1, np.ones((0, 1), np.bool_)))
    members: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    """Which classes each filter takes, as numbers that a matrix product adds up."""
    filter_of_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    values: tuple[str, ...] = ()
    """The fields that are added up."""
    first_cell: int = 0
    """Where this table's cells begin among all: by class, figure and place."""
    first_sum: int = 0
    """Where this table's rows begin among all counts and sums by filter."""
    count_of_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """By slot, which of those rows counts it."""
    sum_of_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """By slot, which of those rows adds up its value; a slot without a value has its count here."""

    @property
    def exact_members(self) -> NDArray[Any]:
        """The same for sums that floats do not hold."""
        return self.classes.member.astype(np.int64).astype(object)

    @property
    def sums(self) -> int:
        """How many rows this table has among all counts and sums by filter."""
        return len(self.members) * (1 + len(self.values))

    @property
    def width(self) -> int:
        """How many cells a class has: its rows and the sum of each value, by place."""
        return (1 + len(self.values)) * WIDTH

    @property
    def cells(self) -> int:
        """How many cells the table has."""
        return self.classes.number * self.width

    def slot(self, where: Where, value: str | None, by: str | None) -> int:
        """The number of a slot, a new one if need be."""
        return self.slots.setdefault((where, value, by), len(self.slots))

    def close(self, first: First) -> First:
        """Number slots, sums and cells from here, and answer the next numbers."""
        self.first_slot, self.first_sum, self.first_cell = first
        filters = {where: number for number, where in enumerate(dict.fromkeys(self._filters()))}
        self.classes = classes_of(self.key[0], self.key[1], filters)
        self.members = self.classes.member.astype(np.float64)
        self.filter_of_slot = ints(filters[where] for where in self._filters())
        self.values = tuple(dict.fromkeys(value for _, value, _ in self.slots if value))
        self.count_of_slot = self.first_sum + self.filter_of_slot * (1 + len(self.values))
        self.sum_of_slot = self.count_of_slot + ints(
            0 if value is None else 1 + self.values.index(value) for _, value, _ in self.slots
        )
        for key, slot in self.slots.items():
            for name in _read(key):
                self.slots_of_field.setdefault(name, []).append((key, slot))
        derived = [one for one in self.slots_of_field if (self.key[1], one) in DERIVED_FROM]
        self.derived_fields = tuple(derived)
        self.plain_fields = frozenset(self.slots_of_field) - frozenset(derived)
        return First(
            self.first_slot + len(self.slots),
            self.first_sum + self.sums,
            self.first_cell + self.cells,
        )

    def _filters(self) -> Iterable[Where]:
        return (where for where, _, _ in self.slots)


def _read(key: SlotKey) -> Iterable[str]:
    """The fields that a slot reads, and of which a null makes it missing."""
    where, value, by = key
    named = [condition.field for condition in where if condition.op != "open"]
    return dict.fromkeys([*named, *(name for name in (value, by) if name is not None)])


def ints(numbers: Iterable[int]) -> Ints:
    """Numbers as an array."""
    return np.fromiter(numbers, np.int64)
