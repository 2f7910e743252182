"""What an indicator is worth at a moment: a state, and an exact decimal where the state is ok."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """Whether a value exists, and if not, why; only `ok` has a value."""

    OK = "ok"
    MISSING = "missing"
    VENDOR_ERROR = "vendor_error"
    NOT_CONSENTED = "not_consented"
    STALE = "stale"
    UNDEFINED = "undefined"


STATES: tuple[State, ...] = tuple(State)
"""The states by their number in an array."""
STATE_NAMES: dict[State, str] = {
    State.OK: "有值",
    State.MISSING: "缺失",
    State.VENDOR_ERROR: "数据源故障",
    State.NOT_CONSENTED: "未授权",
    State.STALE: "已过期",
    State.UNDEFINED: "无意义",
}


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """An exact decimal as a scaled integer, or the reason why there is none."""

    state: State
    scaled: int | None = None
    decimals: int = 0

    def __post_init__(self) -> None:
        """A value exists exactly when the state is ok."""
        if (self.state is State.OK) != (self.scaled is not None):
            raise ValueError("an indicator has a value exactly when its state is ok")

    @classmethod
    def of(cls, scaled: int | None, decimals: int) -> IndicatorValue:
        """A computed number; None means that the computation has no meaning, such as 0 / 0."""
        if scaled is None:
            return cls(State.UNDEFINED)
        return cls(State.OK, scaled, decimals)

    @property
    def decimal(self) -> Decimal | None:
        """The value as an exact decimal."""
        return None if self.scaled is None else Decimal(self.scaled).scaleb(-self.decimals)

    @property
    def number(self) -> float | None:
        """The value as models read it: the nearest float of the rounded decimal."""
        return None if self.scaled is None else float(self.scaled / 10**self.decimals)


Values = Mapping[str, IndicatorValue]
"""A firm's indicators by name."""


def rounded_ratio(numerator: int, denominator: int, decimals: int) -> int | None:
    """`numerator / denominator` to some decimals as a scaled integer, half away from zero.

    >>> rounded_ratio(1, 3, 4), rounded_ratio(-1, 2, 0), rounded_ratio(5, 0, 4)
    (3333, -1, None)
    """
    return rounded(numerator * int(10**decimals), denominator)


def rounded(numerator: int, denominator: int) -> int | None:
    """The nearest integer of a fraction, half away from zero; None where it has no meaning."""
    if denominator == 0:
        return None
    sign = 1 if (numerator < 0) == (denominator < 0) else -1
    top, bottom = abs(numerator), abs(denominator)
    return sign * ((2 * top + bottom) // (2 * bottom))
