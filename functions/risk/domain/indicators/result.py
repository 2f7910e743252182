"""Where the values of one applicant are put together: states and exact scaled integers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.values import STATES, State, rounded

Ints = NDArray[np.int64]
OK: Final = STATES.index(State.OK)
MISSING: Final = STATES.index(State.MISSING)
UNDEFINED: Final = STATES.index(State.UNDEFINED)
LARGEST: Final = 10**18
"""A value of more digits says nothing, and would not fit."""
SAFE: Final = 2**61


class Result:
    """The scaled integers and states of all indicators, while they are made."""

    def __init__(self, states: NDArray[np.uint8]) -> None:
        """Begin with what the documents' states say."""
        self.states = states
        self.scaled = np.zeros(len(states), np.int64)
        self.look()

    def look(self) -> None:
        """Take note of the values that are to be made."""
        self._wanted: list[bool] = (self.states == OK).tolist()

    def wanted(self, number: int) -> bool:
        """Whether a value was to be made when last looked."""
        return self._wanted[number]

    def put(self, number: int, scaled: int | None) -> None:
        """Keep one value; None says that it has no meaning."""
        if scaled is None or abs(scaled) >= LARGEST:
            self.states[number] = UNDEFINED
        else:
            self.scaled[number] = scaled

    def miss(self, number: int) -> None:
        """Something that the value needs is not known."""
        self.states[number] = MISSING

    def put_all(self, number: Ints, top: NDArray[Any], bottom: NDArray[Any]) -> None:
        """Keep many fractions, rounded half away from zero."""
        wanted = self.states[number] == OK
        number, top, bottom = number[wanted], top[wanted], bottom[wanted]
        undefined = bottom == 0
        if undefined.any():
            self.states[number[undefined]] = UNDEFINED
            kept = ~undefined
            number, top, bottom = number[kept], top[kept], bottom[kept]
        if not len(number):
            return
        if object in (top.dtype, bottom.dtype):
            for one, above, below in zip(number.tolist(), top, bottom, strict=True):
                self.put(one, rounded(int(above), int(below)))
            return
        above, below = np.abs(top), np.abs(bottom)
        whole = (2 * above + below) // (2 * below)
        signed = np.where((top < 0) == (bottom < 0), whole, -whole)
        self.scaled[number] = signed
        too_large = whole >= LARGEST
        if too_large.any():
            self.states[number[too_large]] = UNDEFINED
            self.scaled[number[too_large]] = 0


def times(values: NDArray[Any], factors: Ints) -> NDArray[Any]:
    """The product, exact: of Python's integers where 64 bits might not hold it."""
    if values.dtype != object and len(values):
        largest = int(np.abs(values).max()) * int(factors.max())
        if largest < SAFE:
            return values * factors
    found: NDArray[Any] = values.astype(object) * factors.astype(object)
    return found
