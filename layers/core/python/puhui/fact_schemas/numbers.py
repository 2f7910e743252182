"""Days, months and decimals as the whole numbers that columns hold, exactly."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

EPOCH_YEAR: Final = 1970
EPOCH_ORDINAL: Final = date(EPOCH_YEAR, 1, 1).toordinal()
MONTHS_PER_YEAR: Final = 12
DECIMAL_PLACES: Final = 6
MONTHS_REMEMBERED: Final = 4_096


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - EPOCH_ORDINAL


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
