"""Cuts a table's inputs where its cells do, so that one value stands for a whole region.

Inside a region no cell changes its mind. What holds for every region therefore holds for every
value: this is how the linter proves that a table has no gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np

from risk.domain.inputs import InputDefinition, decimal_text
from risk.domain.policy.cells import HIGHEST, LOWEST
from risk.domain.policy.parts import Table
from risk.domain.policy.plan import UNKNOWN_WORD, Bits, Numbers, Plan, plan_of

MAX_REGIONS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """One region of one input: a value that stands for it, or nothing."""

    label: str
    value: int | None
    rank: int | None
    """How bad it is among the known ones; None where no order is declared or nothing is known."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Every region of one input."""

    name: str
    places: tuple[Place, ...]

    @property
    def ordered(self) -> bool:
        """Whether the known regions have an order."""
        return any(place.rank is not None for place in self.places)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """All regions of a table; row-major over the axes."""

    axes: tuple[Axis, ...]
    values: Numbers
    known: Bits
    rows: Bits
    """By region and row: whether the row matches."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of places on each axis."""
        return tuple(len(axis.places) for axis in self.axes)

    def places(self, region: int) -> list[tuple[str, Place]]:
        """Where a region lies."""
        indices = np.unravel_index(region, self.shape)
        return [
            (axis.name, axis.places[int(index)])
            for axis, index in zip(self.axes, indices, strict=True)
        ]

    def describe(self, region: int) -> str:
        """Where a region lies, for people."""
        return ", ".join(f"{name} = {place.label}" for name, place in self.places(region))


def regions_of(table: Table) -> Regions | None:
    """Evaluate a table on every region; None when they are too many."""
    plan = plan_of(table)
    definitions = {one.name: one.definition for one in table.columns} | dict(table.operands)
    axes = tuple(
        _axis(plan, place, definitions[name], table) for place, name in enumerate(plan.names)
    )
    shape = tuple(len(axis.places) for axis in axes)
    if not axes or prod(shape) > MAX_REGIONS:
        return None
    indices = np.indices(shape).reshape(len(axes), -1)
    values = np.zeros((indices.shape[1], len(axes)), np.int64)
    known = np.zeros(values.shape, np.bool_)
    for column, axis in enumerate(axes):
        found = np.array([place.value or 0 for place in axis.places], np.int64)
        sure = np.array([place.value is not None for place in axis.places], np.bool_)
        values[:, column] = found[indices[column]]
        known[:, column] = sure[indices[column]]
    return Regions(axes, values, known, plan.evaluate(values, known).rows)


def _axis(plan: Plan, column: int, definition: InputDefinition, table: Table) -> Axis:
    if definition.is_text:
        places = _words(plan, column, definition)
    else:
        places = _numbers(plan, column, definition, compared=bool(table.operands))
    if definition.nullable:
        places.append(Place("null", None, None))
    return Axis(definition.name, tuple(places))


def _words(plan: Plan, column: int, definition: InputDefinition) -> list[Place]:
    vocabulary = plan.words[column] or {}
    if definition.words is not None:
        return [
            Place(word, vocabulary.get(word, UNKNOWN_WORD), rank)
            for rank, word in enumerate(definition.words)
        ]
    places = [Place(word, place, None) for word, place in vocabulary.items()]
    return [*places, Place("any other", UNKNOWN_WORD, None)]


def _numbers(
    plan: Plan, column: int, definition: InputDefinition, *, compared: bool
) -> list[Place]:
    chosen = plan.slot == column
    low, high = plan.low[chosen].tolist(), plan.high[chosen].tolist()
    inside = [(a, b) for a, b in zip(low, high, strict=True) if a <= b]
    cuts = {bound for a, b in inside for bound in (a - 1, a, b, b + 1)}
    if compared:
        cuts |= {-1, 0, 1, 2}
    least = LOWEST if definition.lowest is None else definition.lowest
    kept = sorted(cut for cut in cuts if max(least, LOWEST) <= cut <= HIGHEST) or [max(least, 0)]
    sign = {"higher": 1, "lower": -1}.get(str(definition.worse), 0)
    return [
        Place(decimal_text(cut, definition.decimals), cut, sign * index if sign else None)
        for index, cut in enumerate(kept)
    ]
