"""What the plan looks at in one table: its slots, and their filters as bits of conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.definition import DERIVED_FROM, Condition, Where

Ints = NDArray[np.int64]
SlotKey = tuple[Where, str | None, str | None]
TableKey = tuple[str, str, str | None]
MAX_ATOMS: Final = 62
FEW_ATOMS: Final = 5


def takes(filter_bits: Ints, classes: Ints) -> NDArray[np.bool_]:
    """Which classes each filter takes: those that have all of its bits."""
    found: NDArray[np.bool_] = (classes & filter_bits[:, None]) == filter_bits[:, None]
    return found


@dataclass(slots=True)
class TablePlan:
    """What is looked at in one table."""

    key: TableKey
    first_slot: int = 0
    slots: dict[SlotKey, int] = field(default_factory=dict)
    """Each slot's number within the table."""
    atoms: dict[Condition, int] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """Whatever a null in makes a value missing."""
    code_fields: tuple[tuple[str, tuple[int, ...], tuple[Condition, ...]], ...] = ()
    """Fields of codes and flags, each with its atoms: their truth is one look-up together."""
    other_atoms: tuple[tuple[Condition, int], ...] = ()
    code_bits: dict[str, tuple[tuple[str, ...], Ints]] = field(default_factory=dict)
    """For each field of codes its legend and, by code, the bits of the conditions that hold; made
    with the first document and kept, because every document has the same legends."""
    derives: bool = False
    """Whether some field is derived: it may be null where no field of the document is."""
    filter_bits: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """For each different filter one bit for each of its atoms."""
    filter_of_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    member_of_all: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    """Where there are few atoms: which of all combinations each filter takes."""
    slots_of_value: tuple[tuple[str, Ints], ...] = ()

    def slot(self, where: Where, value: str | None, by: str | None) -> int:
        """The number of a slot, a new one if need be."""
        for condition in where:
            self.atoms.setdefault(condition, len(self.atoms))
        return self.slots.setdefault((where, value, by), len(self.slots))

    def close(self, first_slot: int) -> int:
        """Number the slots from here, and answer the next number."""
        self.first_slot = first_slot
        if len(self.atoms) > MAX_ATOMS:
            raise ValueError(f"{self.key} has more conditions than an integer has bits")
        filters = dict.fromkeys(where for where, _, _ in self.slots)
        numbers = {where: number for number, where in enumerate(filters)}
        self.filter_bits = ints(sum(1 << self.atoms[one] for one in where) for where in filters)
        if len(self.atoms) <= FEW_ATOMS:
            self.member_of_all = takes(self.filter_bits, np.arange(1 << len(self.atoms)))
        self.filter_of_slot = ints(numbers[where] for where, _, _ in self.slots)
        of_value: dict[str, list[int]] = {}
        for (_, value, _), slot in self.slots.items():
            if value is not None:
                of_value.setdefault(value, []).append(slot)
        self.slots_of_value = tuple((value, ints(slots)) for value, slots in of_value.items())
        named = [condition.field for condition in self.atoms if condition.op != "open"]
        named += [name for key in self.slots for name in key[1:] if name is not None]
        self.fields = tuple(dict.fromkeys(named))
        self.derives = any((self.key[1], name) in DERIVED_FROM for name in self.fields)
        of_codes: dict[str, list[Condition]] = {}
        for condition in self.atoms:
            if condition.op == "in":
                of_codes.setdefault(condition.field, []).append(condition)
        self.code_fields = tuple(
            (name, tuple(self.atoms[one] for one in conditions), tuple(conditions))
            for name, conditions in of_codes.items()
        )
        self.other_atoms = tuple((one, n) for one, n in self.atoms.items() if one.op != "in")
        return first_slot + len(self.slots)


def ints(numbers: Iterable[int]) -> Ints:
    """Numbers as an array."""
    return np.fromiter(numbers, np.int64)
