"""How sectors and the weather fare month by month: cycles, one shock, and harvests by county."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from sandbox.domain.economy.chance import MILLI, clipped, normal, seeded

CYCLE_MONTHS: Final = 48
CYCLE_MILLI: Final = 350
"""How far a cycle lifts and lowers a sector, in thousandths of a standard deviation."""
SHOCK_FROM: Final = date(2025, 1, 1)
"""From this month on demand falls; the figures are made up, the day is a declaration."""
SHOCK_MILLI: Final[Mapping[str, int]] = MappingProxyType(
    {"E": -1_300, "C": -1_000, "F": -800, "H": -900, "G": -600, "L": -700, "A": -300, "I": -400}
)
SHOCK_ELSE_MILLI: Final = -500
NOISE_MILLI: Final = 150


@cache
def condition(seed: str, section: str, month: date) -> int:
    """How a GB/T 4754 section fares in a month: 0 is usual, negative is bad, in thousandths."""
    index = month.year * 12 + month.month + seeded(seed, "phase", section).randrange(CYCLE_MONTHS)
    half = CYCLE_MONTHS // 2
    place = index % CYCLE_MONTHS
    wave = (place if place <= half else CYCLE_MONTHS - place) * 2 - half
    noise = normal(seeded(seed, "sector", section, month)) * NOISE_MILLI // MILLI
    shock = SHOCK_MILLI.get(section, SHOCK_ELSE_MILLI) if month >= SHOCK_FROM else 0
    return wave * CYCLE_MILLI // half + noise + shock


def mean_condition(seed: str, section: str, first: date, months: int) -> int:
    """The mean of a sector's condition over some months from a first one."""
    index = first.year * 12 + first.month - 1
    days = [date((index + n) // 12, (index + n) % 12 + 1, 1) for n in range(months)]
    return sum(condition(seed, section, day) for day in days) // months


@cache
def harvest(seed: str, county: str, year: int) -> int:
    """The weather of a county's year: 0 is usual, -2,000 is a ruined harvest, in thousandths."""
    region = normal(seeded(seed, "weather", county[:4], year))
    return clipped(
        (region * 8 + normal(seeded(seed, "weather", county, year)) * 6) // 10, -2500, 2500
    )
