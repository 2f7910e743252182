"""What watching loans and answering warnings needs from the world, in the use cases' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from puhui.tenancy import BankId
from servicing.domain.checks.plan import PlannedCheck
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import UseLine
from servicing.domain.warning.announcements import Announced
from servicing.domain.warning.clock import StepTaken
from servicing.domain.warning.observation import Observed, Readings
from servicing.domain.warning.warning import LoanWarning
from servicing.domain.warning.watch import LoanWatch


class Warnings(Protocol):
    """The warnings of all banks; a warning and what is told of it are written together."""

    def get(self, bank_id: BankId, warning_id: str) -> LoanWarning:
        """The warning; raises WarningNotFound, for another bank's warning too."""

    def last_of(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanWarning]:
        """The newest warning of a debtor by each signal."""

    def write(self, warning: LoanWarning, announced: Sequence[Announced]) -> None:
        """Write a version; raises StaleVersion when another was written first."""

    def open_ones(self, bank_id: BankId, limit: int) -> Sequence[LoanWarning]:
        """Those that need something, the one that is due first at the top."""

    def raised_between(self, bank_id: BankId, first: date, last: date) -> Sequence[LoanWarning]:
        """Those raised on these days of China's calendar, both included."""


class WarningClocks(Protocol):
    """Which clocks have something to do."""

    def due(self, now: datetime, limit: int) -> Sequence[tuple[BankId, str]]:
        """Bank and warning id, the longest waiting first; as the index knows them."""


class WarningSignals(Protocol):
    """What operators see of warnings: counts that an alarm watches."""

    def taken(self, bank_id: BankId, steps: Sequence[StepTaken]) -> None:
        """Count escalations and breaches that have just been written."""


class Watches(Protocol):
    """The watches over all loans."""

    def get(self, bank_id: BankId, loan_id: str) -> LoanWatch:
        """The watch; raises WatchNotFound."""

    def of_loans(self, bank_id: BankId, loan_ids: Sequence[str]) -> Mapping[str, LoanWatch]:
        """The watches of these loans, by loan; one that has none is left out."""

    def save(self, watch: LoanWatch) -> None:
        """Write a version; raises StaleVersion when another was written first."""

    def due(self, bank_id: BankId, on: date, limit: int) -> Sequence[str]:
        """The loans to be watched on a day or before, the longest waiting first."""


class Indicators(Protocol):
    """Indicators of a loan's debtor, from the documents of external data."""

    def at_approval(self, watch: LoanWatch, names: Sequence[str]) -> Mapping[str, Observed] | None:
        """What was known on the day of the decision; None where it cannot be told now."""

    def today(self, watch: LoanWatch, names: Sequence[str], day: date) -> Readings:
        """What can be read on a day; each name has a reading, with its reason where it is missing.

        The same loan and day ask no provider twice.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCheck:
    """A check in the work list."""

    loan_id: str
    branch_id: str
    check: PlannedCheck


class Checks(Protocol):
    """The check plans of all loans."""

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[PlannedCheck]:
        """The plan as it is written, made and replaced checks too."""

    def write(
        self, bank_id: BankId, loan_id: str, branch_id: str, checks: Sequence[PlannedCheck]
    ) -> None:
        """Write new and changed checks; raises CheckAlreadyDone where one has a record."""

    def due(self, bank_id: BankId, until: date, limit: int) -> Sequence[DueCheck]:
        """Planned checks that are due, the oldest first."""


class FundTraces(Protocol):
    """The traces of loans' money."""

    def last_trace(self, bank_id: BankId, loan_id: str) -> FundTrace | None:
        """The newest trace."""


class FundUses(FundTraces, Protocol):
    """The lines and traces of loans' money."""

    def lines(self, bank_id: BankId, loan_id: str) -> Sequence[UseLine]:
        """Every line that was told, in no order."""

    def add(self, bank_id: BankId, trace: FundTrace, batch: str, lines: Sequence[UseLine]) -> None:
        """Keep a batch of lines and the trace over all lines; the same batch again is one."""
