"""Simulated time: the clock stands where it is put; the accounting day is its date in China."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from puhui.clock import CHINA, as_utc
from puhui.tenancy import BankId

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class SimulatedTime:
    """`puhui.clock.Clock` and `BusinessCalendar` at once; it is moved forward by hand."""

    def __init__(self, day: date) -> None:
        """Stand at the beginning of a day."""
        self._now = at(day, time())

    def now(self) -> datetime:
        """The instant at which it stands, in UTC."""
        return self._now

    def today(self, bank_id: BankId | None = None) -> date:
        """China's date of it."""
        return self._now.astimezone(CHINA).date()

    def move_to(self, instant: datetime) -> None:
        """Go forward to an instant; one that is over changes nothing."""
        self._now = max(self._now, as_utc(instant))


def at(day: date, clock: time) -> datetime:
    """An instant of a day in China."""
    return as_utc(datetime.combine(day, clock, CHINA))


def days_from(first: date, until: date) -> Iterator[date]:
    """Every day from one to another, the last left out."""
    for number in range((until - first).days):
        yield first + timedelta(days=number)


def is_working_day(day: date) -> bool:
    """Monday to Friday; the simulation has no public holidays."""
    return day.weekday() < SATURDAY


def is_month_end(day: date) -> bool:
    """Whether the next day is of another month."""
    return (day + ONE_DAY).day == 1
