"""Months and decimals as whole numbers, exactly."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

EPOCH_YEAR: Final = 1970
MONTHS_PER_YEAR: Final = 12
DECIMAL_PLACES: Final = 6
MONTHS_REMEMBERED: Final = 4_096


@lru_cache(maxsize=MONTHS_REMEMBERED)
def month_number(month: str) -> int:
    """Months since 1970-01.

    >>> month_number("1971-02")
    13
    """
    return (int(month[:4]) - EPOCH_YEAR) * MONTHS_PER_YEAR + int(month[5:]) - 1


def millionths(number: str) -> int:
    """A decimal text of at most six places in millionths.

    >>> millionths("-12.5"), millionths("0.000001"), millionths("3"), millionths("-0.5")
    (-12500000, 1, 3000000, -500000)
    """
    whole, _, places = number.partition(".")
    return int(whole + places.ljust(DECIMAL_PLACES, "0"))
