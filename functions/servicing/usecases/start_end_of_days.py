"""Start end of days (日终定时启动): start what is due, tell of what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import DEFAULT_TIMES, BusinessDay, ClosingTimes
from servicing.end_of_day_ports import Banks, BusinessDays, EndOfDayRuns
from servicing.usecases.read_business_day import ReadBusinessDay


@dataclass(frozen=True, slots=True)
class Started:
    """What one look at all banks came to."""

    started: Sequence[BankId]
    late: Sequence[BankId]


@dataclass(frozen=True)
class StartEndOfDays:
    """Look at the business day of every bank with loans; a missed day follows the one before it.

    A bank's first look also writes its business day down, so that it stands until it is closed.
    Where operators set the date by hand (`automatic` is false), they also close it by hand.
    """

    banks: Banks
    days: BusinessDays
    read_business_day: ReadBusinessDay
    runs: EndOfDayRuns
    clock: Clock
    automatic: bool
    times: ClosingTimes = DEFAULT_TIMES

    def __call__(self) -> Started:
        if not self.automatic:
            return Started(started=(), late=())
        now = self.clock.now()
        current = [self._of(bank) for bank in self.banks.banks()]
        due = [day for day in current if day.is_due(now, self.times)]
        for day in due:
            self.runs.start(day.bank_id, day.day, day.attempt + 1, _look(now))
        return Started(
            started=[day.bank_id for day in due],
            late=[day.bank_id for day in current if day.is_late(now, self.times)],
        )

    def _of(self, bank_id: BankId) -> BusinessDay:
        day = self.read_business_day(bank_id)
        if day.version == 0:
            self.days.save(day)
        return day


def _look(now: datetime) -> datetime:
    """The minute of this look: the schedule may call twice for one."""
    return now.replace(second=0, microsecond=0)
