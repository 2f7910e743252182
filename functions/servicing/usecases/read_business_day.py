"""Read business day (会计日期): the bank's own, or the configured one of a bank without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.end_of_day.errors import BankWithoutDay
from servicing.end_of_day_ports import BusinessDays


@dataclass(frozen=True)
class ReadBusinessDay:
    """The day in the bank's books, with the attempt that is closing it."""

    days: BusinessDays
    configured: BusinessCalendar

    def __call__(self, bank_id: BankId) -> BusinessDay:
        try:
            return self.days.get(bank_id)
        except BankWithoutDay:
            return BusinessDay(bank_id=bank_id, day=self.configured.today())


@dataclass(frozen=True)
class BookedCalendar:
    """`puhui.clock.BusinessCalendar` that follows each bank's end of day."""

    read_business_day: ReadBusinessDay

    def today(self, bank_id: BankId | None = None) -> date:
        """The bank's business day; without a bank, the day that is configured for all."""
        if bank_id is None:
            return self.read_business_day.configured.today()
        return self.read_business_day(bank_id).day
