"""All indicators of an applicant in the library's order: a mapping by name, and two arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.library import ALL_DEFINITIONS, DEFINITIONS
from risk.domain.indicators.values import STATES, IndicatorValue, State

PLACES: Final = {name: number for number, name in enumerate(DEFINITIONS)}
NAMES: Final = tuple(DEFINITIONS)


class IndicatorVector(Mapping[str, IndicatorValue]):
    """Values by name; `states` and `scaled` are the same as arrays, for whoever needs all."""

    __slots__ = ("scaled", "states")

    def __init__(self, states: NDArray[np.uint8], scaled: NDArray[np.int64]) -> None:
        """Take the arrays; a value without the state ok is 0."""
        self.states = states
        self.scaled = np.where(states == 0, scaled, 0)

    def __getitem__(self, name: str) -> IndicatorValue:
        """The value of an indicator; an unknown name is a KeyError."""
        number = PLACES[name]
        state = STATES[self.states[number]]
        if state is not State.OK:
            return IndicatorValue(state)
        return IndicatorValue(state, int(self.scaled[number]), ALL_DEFINITIONS[number].decimals)

    def __iter__(self) -> Iterator[str]:
        """The names in the library's order."""
        return iter(NAMES)

    def __len__(self) -> int:
        """How many indicators the library has."""
        return len(NAMES)
