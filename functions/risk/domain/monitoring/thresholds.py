"""Where a figure of monitoring becomes an alarm, and below how many cases it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

PPM: Final = 1_000_000
YELLOW_PSI_PPM: Final = 100_000
"""0.1: "some change", Siddiqi, Credit Risk Scorecards (2006); catalogue B12 ✔."""
RED_PSI_PPM: Final = 250_000
"""0.25: "a major change", the same source ✔."""
MINIMUM_SCORED: Final = 100
"""Scored decisions below which no level is given ✎."""
MINIMUM_OUTCOMES: Final = 10
"""Bad and good outcomes, each, below which a vintage has no AUC and no KS ✎."""
MINIMUM_SLICE: Final = 30
"""Decisions below which a slice is not shown: neither meaningful nor anonymous ✎."""
FOUR_FIFTHS_PPM: Final = 800_000
"""The four-fifths rule of the EEOC's Uniform Guidelines, 29 CFR 1607.4(D): US employment law.
No Chinese rule names a number, so this is a starting value ✎."""


class Level(StrEnum):
    """How far something has moved from what it was built on."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NOT_ENOUGH = "not_enough"
    """Too few cases to tell; it is never read as stable."""
    NO_REFERENCE = "no_reference"
    """The card does not say what it was built on; that is no good news either."""


LEVEL_NAMES: Final[Mapping[Level, str]] = {
    Level.GREEN: "稳定",
    Level.YELLOW: "轻微漂移",
    Level.RED: "显著漂移",
    Level.NOT_ENOUGH: "样本不足",
    Level.NO_REFERENCE: "模型卡无基准",
}
ALARMING: Final = (Level.YELLOW, Level.RED)


def level_of(psi_ppm: int, count: int) -> Level:
    """Green below 0.1, yellow from 0.1, red from 0.25; not enough below `MINIMUM_SCORED`.

    >>> level_of(99_999, 100).value, level_of(100_000, 100).value, level_of(250_000, 100).value
    ('green', 'yellow', 'red')
    >>> level_of(0, 99).value
    'not_enough'
    """
    if count < MINIMUM_SCORED:
        return Level.NOT_ENOUGH
    if psi_ppm >= RED_PSI_PPM:
        return Level.RED
    return Level.YELLOW if psi_ppm >= YELLOW_PSI_PPM else Level.GREEN


def share_ppm(part: int, whole: int) -> int | None:
    """A share in parts per million, rounded half up; None where there is nothing to divide.

    >>> share_ppm(1, 3), share_ppm(1, 2), share_ppm(0, 0)
    (333333, 500000, None)
    """
    if whole == 0:
        return None
    return (2 * part * PPM + whole) // (2 * whole)
