"""Close the day (日切): the report of the day is whole, the books balance, the next day is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import ONE_DAY, BusinessDay
from servicing.domain.end_of_day.errors import BooksUnbalanced, EndOfDayNotFound
from servicing.domain.end_of_day.report import EndOfDay, ended_on, merged
from servicing.end_of_day_ports import BusinessDays, DayReports
from servicing.usecases.read_trial_balance import ReadTrialBalance


@dataclass(frozen=True)
class CloseBusinessDay:
    """Move the business date by one day; of a closed day it answers the report that is kept."""

    days: BusinessDays
    reports: DayReports
    read_trial_balance: ReadTrialBalance
    partitions: int
    clock: Clock

    def __call__(self, bank_id: BankId, day: date) -> EndOfDay:
        """Raises PartitionsMissing, BooksUnbalanced, DayNotClosing; then nothing has changed."""
        current = self.days.get(bank_id)
        if current.is_over(day):
            return self.reports.get(bank_id, day)
        opened = current.close(day)
        self._check_books(bank_id)
        ended = self._ended(current)
        self.days.close(opened, ended)
        return ended

    def _check_books(self, bank_id: BankId) -> None:
        sheet = self.read_trial_balance(bank_id)
        if not sheet.difference.is_zero or not sheet.pending_difference.is_zero:
            raise BooksUnbalanced(
                f"debits and credits differ by {sheet.difference.minor} 分, pending by "
                f"{sheet.pending_difference.minor} 分",
                field="bank_id",
                rule="end_of_day.balance",
            )

    def _ended(self, current: BusinessDay) -> EndOfDay:
        tally = merged(self.reports.partitions(current.bank_id, current.day), self.partitions)
        return EndOfDay(
            bank_id=current.bank_id,
            day=current.day,
            run_id=current.run_id or "",
            attempts=current.attempt,
            closed_at=self.clock.now(),
            tally=tally,
            ended=ended_on(self._day_before(current), tally),
        )

    def _day_before(self, current: BusinessDay) -> EndOfDay | None:
        try:
            return self.reports.get(current.bank_id, current.day - ONE_DAY)
        except EndOfDayNotFound:
            return None
