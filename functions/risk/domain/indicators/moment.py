"""The edges of all windows as days, for one moment: every table is cut at the same places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import day_number
from risk.domain.indicators.months import AsOf, Window, first_of_month, month_index

MONTHS: Final = 60
"""The longest monthly window, also with the window that it is compared with."""
DAY_WINDOWS: Final = tuple(window for window in Window if window.days)
BEGIN: Final = MONTHS + 1
FIRST_DAY_EDGE: Final = MONTHS + 2
END: Final = FIRST_DAY_EDGE + len(DAY_WINDOWS)
EDGES: Final = END + 1
"""Edges 0 to 60: so many months back, 0 being where monthly windows end; then the beginning of
time, the windows of days, and the end of the day itself."""

MONTH_STARTS_REMEMBERED: Final = 4_096
MOMENTS_REMEMBERED: Final = 64


def edges_of(window: Window, offset: int = 0) -> tuple[int, int]:
    """The edges where a window, moved back by some months, begins and ends."""
    if window is Window.NOW:
        return BEGIN, END
    if window.days:
        return FIRST_DAY_EDGE + DAY_WINDOWS.index(window), END
    return window.months + offset, offset


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A day with everything that windows need of it."""

    as_of: AsOf
    day: int
    """Days since 1970-01-01."""
    month: int
    """Months since year 0."""
    edge_days: NDArray[np.int32]
    """The first day behind each edge."""


@lru_cache(maxsize=MOMENTS_REMEMBERED)
def moment_of(as_of: AsOf) -> Moment:
    """The moment of a day."""
    month = month_index(as_of.day)
    starts = [day_number(first_of_month(month - back)) for back in range(MONTHS + 1)]
    firsts = [day_number(as_of.day - timedelta(days=window.days - 1)) for window in DAY_WINDOWS]
    today = day_number(as_of.day)
    days = [*starts, np.iinfo(np.int32).min, *firsts, today + 1]
    return Moment(as_of, today, month, np.array(days, np.int32))


@lru_cache(maxsize=MONTH_STARTS_REMEMBERED)
def month_start(number: int) -> int:
    """The first day of a month that is counted from 1970-01.

    >>> month_start(1)
    31
    """
    return day_number(first_of_month(1970 * 12 + number))
