"""The edges of all windows as days, for one moment: every row falls between two of them."""

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
MOMENTS_REMEMBERED: Final = 64


def edges_of(window: Window) -> tuple[int, int]:
    """The edges where a window begins and ends."""
    if window is Window.NOW:
        return BEGIN, END
    if window.days:
        return FIRST_DAY_EDGE + DAY_WINDOWS.index(window), END
    return window.months, 0


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A day with everything that windows need of it."""

    as_of: AsOf
    day: int
    """Days since 1970-01-01."""
    month: int
    """Months since 1970-01."""
    edge_days: NDArray[np.int32]
    """The first day behind each edge."""
    sorted_days: NDArray[np.int32]
    """The same days in their order, so that a row finds its place between them."""
    places: NDArray[np.int64]
    """Where each edge stands in that order."""
    month_places: NDArray[np.int64]
    """For each month from 1970-01 to the moment's the place of its rows."""

    def window(self, begin: int, end: int) -> tuple[int, int]:
        """A row lies between two edges when first < place ≤ last."""
        return int(self.places[begin]), int(self.places[end])


@lru_cache(maxsize=MOMENTS_REMEMBERED)
def moment_of(as_of: AsOf) -> Moment:
    """The moment of a day."""
    month = month_index(as_of.day)
    starts = [day_number(first_of_month(month - back)) for back in range(MONTHS + 1)]
    firsts = [day_number(as_of.day - timedelta(days=window.days - 1)) for window in DAY_WINDOWS]
    today = day_number(as_of.day)
    days = np.array([*starts, np.iinfo(np.int32).min, *firsts, today + 1], np.int32)
    order = np.argsort(days, kind="stable")
    places = np.empty(EDGES, np.int64)
    places[order] = np.arange(EDGES)
    since = month - 1970 * 12
    months = np.arange(since + 2).astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    ranked = days[order]
    return Moment(
        as_of=as_of,
        day=today,
        month=since,
        edge_days=days,
        sorted_days=ranked,
        places=places,
        month_places=np.searchsorted(ranked, months, "right"),
    )
