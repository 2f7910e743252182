"""Read end of day (日终报表)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.end_of_day.errors import EndOfDayNotFound
from servicing.domain.end_of_day.report import EndOfDay
from servicing.end_of_day_ports import DayReports


@dataclass(frozen=True)
class ReadEndOfDay:
    """The report of a closed day; raises EndOfDayNotFound for one that is not closed."""

    reports: DayReports

    def __call__(self, bank_id: BankId, day: date) -> EndOfDay:
        try:
            return self.reports.get(bank_id, day)
        except EndOfDayNotFound as error:
            raise EndOfDayNotFound(
                f"{day} was not closed 该日未完成日终",
                field="business_date",
                rule="end_of_day.closed",
            ) from error
