"""Windows that look back from a day; a monthly one ends where the last full month does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

EPOCH: Final = date(1970, 1, 1)


class Window(StrEnum):
    """How far an indicator looks back; `now` looks at everything up to the day itself."""

    NOW = "now"
    D1 = "d1"
    D7 = "d7"
    D15 = "d15"
    D30 = "d30"
    D90 = "d90"
    L1M = "l1m"
    L3M = "l3m"
    L6M = "l6m"
    L12M = "l12m"
    L24M = "l24m"
    L36M = "l36m"
    L60M = "l60m"

    @property
    def months(self) -> int:
        """The number of full months; 0 for `now` and for windows of days."""
        return int(self.value[1:-1]) if self.value.startswith("l") else 0

    @property
    def days(self) -> int:
        """The number of days up to and with the day itself; 0 for other windows."""
        return int(self.value[1:]) if self.value.startswith("d") else 0


def month_index(day: date) -> int:
    """Months since year 0, so that differences are months.

    >>> month_index(date(2020, 3, 1)) - month_index(date(2019, 12, 31))
    3
    """
    return day.year * 12 + day.month - 1


def full_months(first: date, last: date) -> int:
    """Full months between two days.

    >>> full_months(date(2026, 1, 31), date(2026, 2, 28))
    0
    >>> full_months(date(2026, 1, 5), date(2026, 3, 5))
    2
    """
    return month_index(last) - month_index(first) - (last.day < first.day)


def first_of_month(index: int) -> date:
    """The first day of the month with an index."""
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment from which a decision looks back."""

    day: date

    @property
    def last_day(self) -> date:
        """The last day of the last full month before the day."""
        return self.day.replace(day=1) - timedelta(days=1)

    def first_day(self, months: int) -> date:
        """The first day of the window of so many full months.

        >>> AsOf(date(2020, 3, 15)).first_day(12).isoformat()
        '2019-03-01'
        """
        return first_of_month(month_index(self.day) - months)

    def span(self, window: Window) -> tuple[date | None, date]:
        """The first day of a window (None: the beginning of time) and its last, both included."""
        if window is Window.NOW:
            return None, self.day
        if window.days:
            return self.day - timedelta(days=window.days - 1), self.day
        return self.first_day(window.months), self.last_day
