"""Time as values: the clock says what instant it is, the calendar which accounting day (会计日期).

Every business rule asks the calendar; only timestamps, leases and token checks ask the clock.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from puhui.tenancy import BankId

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one time zone and no daylight saving since 1991."""
UTC = timezone.utc  # noqa: UP017  (a name that modules may import from here)


class Clock(Protocol):
    """Says what instant it is."""

    def now(self) -> datetime:
        """Answer the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Answer the current instant in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests that stands still until it is told to move.

    >>> clock = FixedClock(datetime(2026, 8, 3, 9, 30, tzinfo=UTC))
    >>> clock.advance(timedelta(minutes=1)).isoformat()
    '2026-08-03T09:31:00+00:00'
    """

    def __init__(self, now: datetime) -> None:
        """Stand still at an aware instant."""
        self._now = as_utc(now)

    def now(self) -> datetime:
        """Answer the instant at which the clock stands."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward and answer the new instant."""
        self._now += by
        return self._now


class BusinessCalendar(Protocol):
    """Says which day it is in the bank's books."""

    def today(self, bank_id: BankId | None = None) -> date:
        """Answer the accounting day; every business rule is decided by it.

        Whoever keeps books names the bank, whose end of day moves its own date.
        """
        ...


class FixedBusinessCalendar:
    """A calendar that always answers one day."""

    def __init__(self, day: date) -> None:
        """Keep the day."""
        self._day = day

    def today(self, bank_id: BankId | None = None) -> date:
        """Answer the kept day."""
        return self._day


class ConfiguredBusinessCalendar:
    """The accounting day as operators configure it: an ISO date, or `calendar`.

    `calendar` means the date in China now. A bank that runs its end of day late, a demo and a
    replay set an ISO date instead.

    >>> ConfiguredBusinessCalendar("2026-08-03", SystemClock()).today()
    datetime.date(2026, 8, 3)
    """

    def __init__(self, value: str, clock: Clock) -> None:
        """Read the configured value; anything else than the two forms is refused."""
        self._fixed = None if value == "calendar" else date.fromisoformat(value)
        self._clock = clock

    def today(self, bank_id: BankId | None = None) -> date:
        """Answer the configured day, or China's date of the clock's instant."""
        return self._fixed or self._clock.now().astimezone(CHINA).date()


def as_utc(moment: datetime) -> datetime:
    """Convert an aware instant to UTC; a naive one is refused because it means nothing."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant; give it a time zone")
    return moment.astimezone(UTC)


def utc_text(moment: datetime) -> str:
    """Write an instant as the wire does: `2026-08-03T01:02:03.000456Z`."""
    return as_utc(moment).isoformat(timespec="microseconds").replace("+00:00", "Z")


def utc_from_text(text: str) -> datetime:
    """Read an instant written by `utc_text`."""
    return as_utc(datetime.fromisoformat(text))
