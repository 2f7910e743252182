"""A bank's business day (会计日期): which day it is in the books, and how it moves to the next.

A day stays the business day until it is closed, so that a payment that arrives while its end of day
runs still counts for it. It moves forward by one day at a time and never back. A bank that runs
late closes its missed days one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from puhui.clock import CHINA
from puhui.ids import derived_id
from puhui.tenancy import BankId
from servicing.domain.account.account import Account
from servicing.domain.end_of_day.errors import DayNotBegun, DayNotClosing, DayNotInTurn

ONE_DAY: Final = timedelta(days=1)
RUN_LIMIT: Final = timedelta(hours=5)
"""Longer than the state machine may run: a run that said nothing for so long is dead."""


class DayState(StrEnum):
    """How far the end of the business day has come."""

    OPEN = "open"
    CLOSING = "closing"


STATE_NAMES: Final = {DayState.OPEN: "营业中", DayState.CLOSING: "日终处理中"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTimes:
    """When a bank closes its day, in minutes after the midnight that ends it in China."""

    start_minutes: int
    late_minutes: int
    source: str
    confidence: str

    def start_of(self, day: date) -> datetime:
        """The instant at which the end of a day starts by itself."""
        return _midnight_after(day) + timedelta(minutes=self.start_minutes)

    def late_of(self, day: date) -> datetime:
        """The instant from which a day that is not closed is an incident."""
        return _midnight_after(day) + timedelta(minutes=self.late_minutes)


DEFAULT_TIMES: Final = ClosingTimes(
    start_minutes=30,
    late_minutes=360,
    source="同业通行做法：零点后日切批量，早六点营业准备前完成",
    confidence="practice",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Where an attempt at the end of a day stopped."""

    station: str
    partition: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDay:
    """The business day of one bank, and the attempt that is closing it."""

    bank_id: BankId
    day: date
    state: DayState = DayState.OPEN
    run_id: str | None = None
    """The execution that closes the day."""
    attempt: int = 0
    closing_since: datetime | None = None
    failures: tuple[Failure, ...] = ()
    """Why the last attempt stopped; empty while one runs."""
    version: int = 0

    @property
    def failed(self) -> bool:
        """Whether the last attempt stopped before the day was closed."""
        return bool(self.failures)

    def is_over(self, day: date) -> bool:
        """Whether a day is closed already."""
        return day < self.day

    def begin(self, day: date, run_id: str, at: datetime) -> BusinessDay:
        """The closing begins, or another attempt takes it over; the same run begins it once.

        Raises DayNotInTurn for a day after this one.
        """
        if day != self.day:
            raise DayNotInTurn(
                f"{self.day} is not closed yet", field="business_date", rule="business_day.order"
            )
        if self.state is DayState.CLOSING and self.run_id == run_id and not self.failed:
            return self
        return replace(
            self,
            state=DayState.CLOSING,
            run_id=run_id,
            attempt=self.attempt + 1,
            closing_since=at,
            failures=(),
        )

    def fail(self, day: date, run_id: str, failures: tuple[Failure, ...]) -> BusinessDay:
        """The attempt stopped; one that another has taken over says nothing any more."""
        if day != self.day or run_id != self.run_id or self.state is not DayState.CLOSING:
            return self
        return replace(self, failures=failures)

    def close(self, day: date) -> BusinessDay:
        """The next day is open for business.

        Raises DayNotClosing when this day's closing was not opened.
        """
        if day != self.day or self.state is not DayState.CLOSING:
            raise DayNotClosing(
                f"{day} is not being closed", field="business_date", rule="business_day.closing"
            )
        return BusinessDay(bank_id=self.bank_id, day=self.day + ONE_DAY, version=self.version)

    def is_due(self, now: datetime, times: ClosingTimes) -> bool:
        """Whether the end of the day should start by itself: it is time, and nobody runs it."""
        if now < times.start_of(self.day):
            return False
        running = self.state is DayState.CLOSING and not self.failed
        return not running or self._is_dead(now)

    def is_late(self, now: datetime, times: ClosingTimes) -> bool:
        """Whether the day should have been closed by now (INV18)."""
        return now >= times.late_of(self.day)

    def _is_dead(self, now: datetime) -> bool:
        return self.closing_since is not None and now - self.closing_since > RUN_LIMIT


def check_begun(day: date, today: date) -> None:
    """A day is closed at its end, so not before it has begun; `today` is the date in China."""
    if day > today:
        raise DayNotBegun(
            f"{day} has not begun", field="business_date", rule="business_day.not_begun"
        )


def run_name(bank_id: BankId, day: date, attempt: int, at: datetime) -> str:
    """The name of the execution of one attempt, started at an instant; a second start is a no-op.

    An attempt that could not even open the closing is not counted, and a name that has ended is
    not taken again for 90 days: the instant lets the next start have a name of its own.

    >>> run_name(BankId("north"), date(2026, 8, 3), 1, datetime(2026, 8, 3, 16, 30, tzinfo=CHINA))
    'eod-north-2026-08-03-1-20260803T163000'
    """
    return f"eod-{bank_id}-{day.isoformat()}-{attempt}-{at.astimezone(CHINA):%Y%m%dT%H%M%S}"


def provision_id(loan_id: str, day: date) -> str:
    """The one booking of a loan's provision at the end of a day."""
    return derived_id("prv", loan_id, day.isoformat())


def unpaid_of(account: Account, day: date) -> int:
    """Principal and interest that fell due on a day and are unpaid, in 分."""
    return sum(
        due.principal_unpaid + due.interest_unpaid for due in account.dues if due.due_date == day
    )


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(), CHINA)
