"""Ensure reached (核对账期): books that are older than what was told of them are not worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.domain.end_of_day.errors import BankWithoutDay
from servicing.domain.errors import LedgerBehind
from servicing.end_of_day_ports import BusinessDays


@dataclass(frozen=True)
class EnsureReached:
    """A bank's books are at least at the day that a message says is open.

    They are not where the table was restored to an earlier moment while queues kept what it had
    told since. A month that were closed from such books would be wrong for good.
    """

    days: BusinessDays

    def __call__(self, bank: BankId, opened: date) -> None:
        try:
            day = self.days.get(bank).day
        except BankWithoutDay as error:
            raise LedgerBehind(f"{opened} is open, the books have no day") from error
        if day < opened:
            raise LedgerBehind(f"{opened} is open, the books are at {day}")
