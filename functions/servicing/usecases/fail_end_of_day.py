"""Fail end of day (日终失败登记): say on the bank's business day where the attempt stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.end_of_day.business_day import Failure
from servicing.end_of_day_ports import BusinessDays
from servicing.usecases.read_business_day import ReadBusinessDay


@dataclass(frozen=True)
class FailEndOfDay:
    """Keep the failures with the day, so that operators see them and the next attempt may start."""

    days: BusinessDays
    read_business_day: ReadBusinessDay

    def __call__(
        self, bank_id: BankId, day: date, run_id: str, failures: tuple[Failure, ...]
    ) -> None:
        current = self.read_business_day(bank_id)
        failed = current.fail(day, run_id, failures)
        if failed != current:
            self.days.save(failed)
