"""Warnings, watches, check plans and fund uses in memory, with the promises of the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from puhui.clock import CHINA
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.domain.checks.plan import CheckState, PlannedCheck
from servicing.domain.errors import CheckAlreadyDone, WarningNotFound, WatchNotFound
from servicing.domain.fund_use.trace import FundTrace
from servicing.domain.fund_use.use import UseLine
from servicing.domain.warning.announcements import Announced
from servicing.domain.warning.clock import StepTaken
from servicing.domain.warning.rules import PPM
from servicing.domain.warning.warning import LoanWarning
from servicing.domain.warning.watch import LoanWatch
from servicing.warning_ports import DueCheck


@dataclass
class InMemoryWarnings:
    """`Warnings` and `WarningClocks` in memory, with the versions of the table."""

    stored: dict[tuple[BankId, str], LoanWarning] = field(default_factory=dict)
    told: list[Announced] = field(default_factory=list)
    _open: dict[tuple[BankId, str], LoanWarning] = field(default_factory=dict)
    _last: dict[tuple[BankId, str], dict[str, LoanWarning]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """The newest of each signal, by debtor."""

    def get(self, bank_id: BankId, warning_id: str) -> LoanWarning:
        """The warning."""
        if (bank_id, warning_id) not in self.stored:
            raise WarningNotFound()
        return self.stored[bank_id, warning_id]

    def last_of(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanWarning]:
        """The newest of each signal."""
        return dict(self._last.get((bank_id, customer_id), {}))

    def write(self, warning: LoanWarning, announced: Sequence[Announced]) -> None:
        """Write over the version that was read."""
        key = warning.debtor.bank_id, warning.warning_id
        there = self.stored[key].version if key in self.stored else 0
        if there != warning.version:
            raise StaleVersion()
        written = replace(warning, version=there + 1)
        self.stored[key] = written
        self._keep_open(key, written)
        last = self._last[written.debtor.bank_id, written.debtor.customer_id]
        if written.signal not in last or last[written.signal].episode <= written.episode:
            last[written.signal] = written
        self.told.extend(announced)

    def open_ones(self, bank_id: BankId, limit: int) -> Sequence[LoanWarning]:
        """Those that need something, by due time."""
        mine = [one for (bank, _), one in self._open.items() if bank == bank_id]
        return sorted(mine, key=lambda one: one.clock.due_at(one.clock.last_at))[:limit]

    def raised_between(self, bank_id: BankId, first: date, last: date) -> Sequence[LoanWarning]:
        """Those of these days."""
        mine = [
            one
            for (bank, _), one in self.stored.items()
            if bank == bank_id and first <= one.clock.started_at.astimezone(CHINA).date() <= last
        ]
        return sorted(mine, key=lambda one: one.warning_id)

    def due(self, now: datetime, limit: int) -> Sequence[tuple[BankId, str]]:
        """Clocks with something to do."""
        found = [
            (wake, bank, warning_id)
            for (bank, warning_id), one in self._open.items()
            if (wake := one.clock.wake_at(one.clock.last_at)) is not None and wake <= now
        ]
        return [(bank, warning_id) for _, bank, warning_id in sorted(found)[:limit]]

    def _keep_open(self, key: tuple[BankId, str], written: LoanWarning) -> None:
        if written.is_closed:
            self._open.pop(key, None)
        else:
            self._open[key] = written

    @property
    def names(self) -> list[str]:
        """The events that were told, in order."""
        return [one.event.name for one in self.told]


@dataclass
class CountedSignals:
    """`WarningSignals` that remember their counts."""

    escalated: int = 0
    breached: int = 0

    def taken(self, bank_id: BankId, steps: Sequence[StepTaken]) -> None:
        """Count."""
        self.breached += sum(step.at_ppm >= PPM for step in steps)
        self.escalated += sum(step.at_ppm < PPM for step in steps)


@dataclass
class InMemoryWatches:
    """`Watches` in memory."""

    stored: dict[tuple[BankId, str], LoanWatch] = field(default_factory=dict)

    def get(self, bank_id: BankId, loan_id: str) -> LoanWatch:
        """The watch."""
        if (bank_id, loan_id) not in self.stored:
            raise WatchNotFound()
        return self.stored[bank_id, loan_id]

    def of_loans(self, bank_id: BankId, loan_ids: Sequence[str]) -> Mapping[str, LoanWatch]:
        """Those that are there."""
        return {
            loan_id: self.stored[bank_id, loan_id]
            for loan_id in loan_ids
            if (bank_id, loan_id) in self.stored
        }

    def save(self, watch: LoanWatch) -> None:
        """Write over the version that was read."""
        key = watch.bank_id, watch.loan_id
        there = self.stored[key].version if key in self.stored else 0
        if there != watch.version:
            raise StaleVersion()
        self.stored[key] = replace(watch, version=there + 1)

    def due(self, bank_id: BankId, on: date, limit: int) -> Sequence[str]:
        """Loans to be watched."""
        mine = [one for one in self.stored.values() if one.bank_id == bank_id and one.next_on <= on]
        return [one.loan_id for one in sorted(mine, key=lambda one: one.next_on)][:limit]


@dataclass
class InMemoryChecks:
    """`Checks` in memory."""

    stored: dict[tuple[BankId, str], dict[str, PlannedCheck]] = field(default_factory=dict)

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[PlannedCheck]:
        """The plan."""
        return sorted(self.stored.get((bank_id, loan_id), {}).values())

    def write(
        self, bank_id: BankId, loan_id: str, branch_id: str, checks: Sequence[PlannedCheck]
    ) -> None:
        """New and changed checks."""
        plan = self.stored.setdefault((bank_id, loan_id), {})
        for one in checks:
            if one.key in plan and plan[one.key].state is CheckState.DONE:
                raise CheckAlreadyDone()
            plan[one.key] = one

    def due(self, bank_id: BankId, until: date, limit: int) -> Sequence[DueCheck]:
        """Planned checks that are due."""
        found = [
            DueCheck(loan_id=loan, branch_id="b1", check=one)
            for (bank, loan), plan in self.stored.items()
            for one in plan.values()
            if bank == bank_id and one.state is CheckState.PLANNED and one.due_on <= until
        ]
        return sorted(found, key=lambda one: one.check)[:limit]


@dataclass
class InMemoryFundUses:
    """`FundUses` in memory."""

    batches: dict[tuple[BankId, str], dict[str, Sequence[UseLine]]] = field(default_factory=dict)
    traces: list[FundTrace] = field(default_factory=list)

    def lines(self, bank_id: BankId, loan_id: str) -> Sequence[UseLine]:
        """Every line."""
        return [
            line for lines in self.batches.get((bank_id, loan_id), {}).values() for line in lines
        ]

    def add(self, bank_id: BankId, trace: FundTrace, batch: str, lines: Sequence[UseLine]) -> None:
        """Keep a batch once."""
        mine = self.batches.setdefault((bank_id, trace.loan_id), {})
        if batch not in mine:
            mine[batch] = lines
            self.traces.append(trace)

    def last_trace(self, bank_id: BankId, loan_id: str) -> FundTrace | None:
        """The newest."""
        if (bank_id, loan_id) not in self.batches:
            return None
        return next(one for one in reversed(self.traces) if one.loan_id == loan_id)
