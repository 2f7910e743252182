"""What the end of day needs from the world, in the words of its use cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.end_of_day.report import EndOfDay, PartitionReport


class BusinessDays(Protocol):
    """The business day of every bank."""

    def get(self, bank_id: BankId) -> BusinessDay:
        """The bank's day, read consistently; raises BankWithoutDay."""

    def save(self, day: BusinessDay) -> None:
        """Replace the version that was read, or keep a first day; raises StaleVersion."""

    def close(self, opened: BusinessDay, ended: EndOfDay) -> None:
        """Move to the next day: day, report and event in one transaction; raises StaleVersion."""


class DayReports(Protocol):
    """Figures of days, by partition while a day is closed and whole afterwards."""

    def keep(self, bank_id: BankId, day: date, report: PartitionReport) -> None:
        """Keep a partition's figures, instead of any that were kept before."""

    def partitions(self, bank_id: BankId, day: date) -> Mapping[int, PartitionReport]:
        """What the partitions have reported."""

    def get(self, bank_id: BankId, day: date) -> EndOfDay:
        """A closed day; raises EndOfDayNotFound."""


class Banks(Protocol):
    """Who has loans here."""

    def banks(self) -> Sequence[BankId]:
        """Every bank that ever booked a loan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the classification says of a loan."""

    tier: str
    stage: int
    non_performing: bool
    by_model: bool
    """Whether the model answered; else days overdue decided alone."""
    expected_loss: Money


class Assessments(Protocol):
    """The classification of loans (五级分类与预期信用损失)."""

    def assess(
        self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]
    ) -> Mapping[str, Assessment]:
        """Classify the debtors of these loans as of the day; answers by loan id."""


class Watches(Protocol):
    """Early warning and the check plan (预警与贷后检查)."""

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """Look at these loans as of the day, once; answers how many warnings are new."""


class EndOfDayRuns(Protocol):
    """Executions of the end of day."""

    def start(self, bank_id: BankId, day: date, attempt: int, at: datetime) -> None:
        """Start an attempt; a second start of the same attempt at the same instant is a no-op."""


HasTime = Callable[[], bool]
"""Whether there is time for another page before the function must answer."""
