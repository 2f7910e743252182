"""Chance in whole numbers, so that the same seed gives the same economy on every machine."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from random import Random
from typing import Final

MILLI: Final = 1_000
PPM: Final = 1_000_000
DRAWS: Final = 12
"""The sum of twelve uniform draws has a variance of one and is nearly normal."""
STEP: Final = 10
"""Log-odds are looked up in steps of 0.01."""
FURTHEST: Final = 12_000


def seeded(*parts: object) -> Random:
    """A source of chance that belongs to what it is named after."""
    return Random("|".join(map(str, parts)))  # noqa: S311  (simulation, not a secret)


def normal(rng: Random) -> int:
    """A standard normal draw in thousandths.

    >>> normal(Random(1)), normal(Random(2))
    (-137, 914)
    """
    return sum(rng.randrange(MILLI + 1) for _ in range(DRAWS)) - DRAWS * MILLI // 2


def happens(rng: Random, ppm: int) -> bool:
    """Does something of this chance happen?"""
    return rng.randrange(PPM) < ppm


def chance_ppm(logit_milli: int) -> int:
    """The chance that belongs to log-odds in thousandths, in parts per million.

    >>> chance_ppm(0), chance_ppm(-3_000)
    (500000, 47425)
    """
    bounded = min(max(logit_milli, -FURTHEST), FURTHEST)
    return _chance_ppm(bounded // STEP)


def clipped(value: int, low: int, high: int) -> int:
    """A value held between two bounds."""
    return min(max(value, low), high)


@cache
def _chance_ppm(step: int) -> int:
    logit = Decimal(step * STEP) / MILLI
    return int(PPM / (1 + (-logit).exp()))
