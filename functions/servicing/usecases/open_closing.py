"""Open the closing (日终开始): the business day begins to be closed by this attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import BusinessDay, check_begun
from servicing.end_of_day_ports import BusinessDays
from servicing.usecases.read_business_day import ReadBusinessDay


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedClosing:
    """What an attempt has to do; nothing where the day is closed already."""

    day: date
    already_closed: bool
    attempt: int


@dataclass(frozen=True)
class OpenClosing:
    """Take over the closing of a day; of a closed day it says so and changes nothing.

    `last_day` is the last day that may be closed now, or None where operators set the date by hand
    and time is made up.
    """

    days: BusinessDays
    read_business_day: ReadBusinessDay
    clock: Clock

    def __call__(
        self, bank_id: BankId, day: date | None, run_id: str, last_day: date | None = None
    ) -> OpenedClosing:
        current = self.read_business_day(bank_id)
        asked = day or current.day
        if current.is_over(asked):
            return OpenedClosing(day=asked, already_closed=True, attempt=current.attempt)
        begun = self._begin(current, asked, run_id, last_day)
        return OpenedClosing(day=asked, already_closed=False, attempt=begun.attempt)

    def _begin(
        self, current: BusinessDay, day: date, run_id: str, last_day: date | None
    ) -> BusinessDay:
        begun = current.begin(day, run_id, self.clock.now())
        if last_day is not None:
            check_begun(day, last_day)
        if begun != current:
            self.days.save(begun)
        return begun
