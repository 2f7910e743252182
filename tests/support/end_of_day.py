"""The end of day in memory: business days, reports, and a whole night as the machine runs it.

night = Night()                                    # or Night(a_table_world)
night.book("app-1")                                # a loan of 300,000 yuan since 1 March 2020
night.run(on(31))
assert night.days.get(NORTH).day == on(32)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from puhui.clock import Clock, FixedBusinessCalendar
from puhui.errors import StaleVersion
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.book_ports import PARTITIONS
from servicing.domain.account.position import LoanPosition
from servicing.domain.account.repricing import published_lpr_bps
from servicing.domain.end_of_day.business_day import BusinessDay
from servicing.domain.end_of_day.errors import BankWithoutDay, EndOfDayNotFound
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.report import EndOfDay, PartitionReport
from servicing.domain.rail.debit import RailDebit
from servicing.end_of_day_ports import (
    Assessment,
    Assessments,
    BusinessDays,
    DayReports,
    HasTime,
)
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.classify_loans import ClassifyLoans
from servicing.usecases.close_business_day import CloseBusinessDay
from servicing.usecases.close_loans import CloseLoans
from servicing.usecases.fail_end_of_day import FailEndOfDay
from servicing.usecases.open_closing import OpenClosing
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.read_business_day import ReadBusinessDay
from servicing.usecases.read_trial_balance import ReadTrialBalance
from servicing.usecases.report_partition import ReportPartition
from servicing.usecases.reprice_loan import RepriceLoan
from servicing.usecases.request_debits import RequestDebits
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from servicing.usecases.watch_loans import WatchLoans
from tests.support.servicing import (
    NORTH,
    TODAY,
    MemoryWorld,
    World,
    a_reservation,
    a_resolution,
    an_activation,
)


class InMemoryBusinessDays:
    """`servicing.end_of_day_ports.BusinessDays` and `DayReports` in memory."""

    def __init__(self) -> None:
        self.days: dict[BankId, BusinessDay] = {}
        self.kept: dict[tuple[BankId, date, int], PartitionReport] = {}
        self.ended: dict[tuple[BankId, date], EndOfDay] = {}

    def get(self, bank_id: BankId) -> BusinessDay:
        """The bank's day."""
        if bank_id not in self.days:
            raise BankWithoutDay
        return self.days[bank_id]

    def save(self, day: BusinessDay) -> None:
        """The next version of the day that was read."""
        known = self.days.get(day.bank_id)
        if (known.version if known else 0) != day.version:
            raise StaleVersion
        self.days[day.bank_id] = replace(day, version=day.version + 1)

    def close(self, opened: BusinessDay, ended: EndOfDay) -> None:
        """Both or nothing."""
        self.save(opened)
        self.ended[ended.bank_id, ended.day] = ended


class InMemoryDayReports:
    """`servicing.end_of_day_ports.DayReports` beside the days in memory."""

    def __init__(self, days: InMemoryBusinessDays) -> None:
        self._days = days

    def keep(self, bank_id: BankId, day: date, report: PartitionReport) -> None:
        """Instead of any that was kept before."""
        self._days.kept[bank_id, day, report.partition] = report

    def partitions(self, bank_id: BankId, day: date) -> Mapping[int, PartitionReport]:
        """What was kept."""
        return {
            report.partition: report
            for (owner, on, _), report in self._days.kept.items()
            if (owner, on) == (bank_id, day)
        }

    def get(self, bank_id: BankId, day: date) -> EndOfDay:
        """A closed day."""
        try:
            return self._days.ended[bank_id, day]
        except KeyError:
            raise EndOfDayNotFound from None


@dataclass
class ByDaysOverdue:
    """A classification that sets aside so many percent, by days overdue, and counts its calls."""

    by_model: bool = True
    calls: int = 0

    def assess(
        self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]
    ) -> Mapping[str, Assessment]:
        """正常 1 %, 关注 3 %, 次级 30 %."""
        self.calls += 1
        return {one.loan_id: _assessed(one, self.by_model) for one in positions}


class Unassessed:
    """A classification that says nothing."""

    def assess(
        self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]
    ) -> Mapping[str, Assessment]:
        """Of no loan."""
        return {}


def _assessed(position: LoanPosition, by_model: bool) -> Assessment:
    bad = position.days_overdue > 90
    percent = 30 if bad else 3 if position.days_overdue else 1
    return Assessment(
        tier="substandard" if bad else "special_mention" if position.days_overdue else "pass",
        stage=3 if bad else 2 if position.days_overdue else 1,
        non_performing=bad,
        by_model=by_model,
        expected_loss=Money(position.principal_outstanding.minor * percent // 100),
    )


@dataclass
class SeenPositions:
    """Early warning that remembers what it was shown."""

    seen: dict[tuple[str, date], LoanPosition] = field(default_factory=dict)

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """A position of the day is new once."""
        new = [one for one in positions if (one.loan_id, day) not in self.seen]
        self.seen |= {(one.loan_id, day): one for one in positions}
        return len(new)


@dataclass
class KeptDebits:
    """A rail that takes each debit once."""

    debits: dict[str, RailDebit] = field(default_factory=dict)

    def __call__(self, debit: RailDebit) -> RailDebit:
        """The same number is the same debit."""
        return self.debits.setdefault(debit.serial_no, debit).same_as(debit)


def nobody_ended(bank_id: BankId, partition: int, day: date) -> int:
    """Nights that look at no loan that is over."""
    return 0


def all_the_time_there_is() -> bool:
    """A call that never ends early."""
    return True


def one_page_a_call() -> bool:
    """A call that ends after every page."""
    return False


Step = Callable[[], object]


class Night:
    """A bank's loans, and the nights that pass over them: every step as the machine takes it."""

    def __init__(
        self,
        world: World | None = None,
        *,
        days: BusinessDays | None = None,
        reports: DayReports | None = None,
        assessments: Assessments | None = None,
        partitions: int = PARTITIONS,
    ) -> None:
        self.world: Any = world or MemoryWorld()
        memory = InMemoryBusinessDays()
        self.days: BusinessDays = days or memory
        self.reports: DayReports = reports or InMemoryDayReports(memory)
        self.assessments = assessments or ByDaysOverdue()
        self.partitions = partitions
        self.watches, self.rail = SeenPositions(), KeptDebits()
        self.waiting: list[tuple[str, date]] = []
        """Repricing days whose LPR nobody has supplied."""
        self.clock: Clock = self.world.clock
        self.read_business_day = ReadBusinessDay(self.days, FixedBusinessCalendar(TODAY))

    def book(self, application_id: str, **changes: Any) -> str:
        """A loan that was paid out and is on the books; answers its id."""
        ids = {"application_id": application_id, "disbursement_id": f"dsb-{application_id}"}
        renamed = {"principal_fen": "amount_fen", "customer_id": "customer_id"}
        paid = {renamed[name]: value for name, value in changes.items() if name in renamed}
        ledger, clock = self.world.ledger, self.clock
        loan = an_activation(**ids, **changes)
        reservation = a_reservation(**ids, **paid, disclosure=loan.disclosure)
        ReserveDisbursement(ledger, clock)(reservation)
        PostDisbursement(ledger, clock)(a_resolution(**ids, bank_reference="ref"))
        return ActivateLoan(ledger, self.world.loans)(loan).loan_id

    def run(self, day: date, run_id: str = "run-1", *, has_time: HasTime | None = None) -> None:
        """One attempt, from its beginning to its end."""
        for step in self.steps(day, run_id, has_time=has_time):
            step()

    def steps(
        self, day: date, run_id: str = "run-1", *, has_time: HasTime | None = None
    ) -> Sequence[Step]:
        """The steps of one attempt, in the machine's order; each may run more than once."""
        time = has_time or all_the_time_there_is
        partitions = range(self.partitions)
        opening = OpenClosing(self.days, self.read_business_day, self.clock)
        return [
            lambda: opening(NORTH, day, run_id),
            *((lambda p=p: self._walk(self.close_loans, day, p, time)) for p in partitions),
            *((lambda p=p: self._assess(day, p, time)) for p in partitions),
            lambda: self.close_business_day(NORTH, day),
        ]

    def catch_up(self, last: date) -> None:
        """Every day up to one, one by one."""
        while (day := self.read_business_day(NORTH).day) <= last:
            self.run(day)

    @property
    def close_loans(self) -> CloseLoans:
        """贷款日终."""
        return CloseLoans(
            self.world.loan_books,
            self.world.loan_books,
            RepriceLoan(
                self.world.loan_books,
                published_lpr_bps,
                lambda book, on: self.waiting.append((book.loan.loan_id, on)),
                self.clock,
            ),
            self.clock,
        )

    @property
    def classify_loans(self) -> ClassifyLoans:
        """五级分类与计提."""
        books = self.world.loan_books
        return ClassifyLoans(books, books, self.assessments, self.clock)

    @property
    def close_business_day(self) -> CloseBusinessDay:
        """日切."""
        balance = ReadTrialBalance(self.world.ledger)
        return CloseBusinessDay(self.days, self.reports, balance, self.partitions, self.clock)

    @property
    def fail_end_of_day(self) -> FailEndOfDay:
        """日终失败登记."""
        return FailEndOfDay(self.days, self.read_business_day)

    def _assess(self, day: date, partition: int, time: HasTime) -> None:
        books = self.world.loan_books
        self._walk(RequestDebits(books, self.rail, self.clock), day, partition, time)
        classified = self._walk(self.classify_loans, day, partition, time)
        self._walk(WatchLoans(books, self.watches, nobody_ended), day, partition, time)
        ReportPartition(self.reports)(classified)

    @staticmethod
    def _walk(step: Callable[[Leg, HasTime], Leg], day: date, partition: int, time: HasTime) -> Leg:
        leg = Leg(bank_id=NORTH, day=day, partition=partition)
        while not leg.finished:
            leg = step(leg, time)
        return leg
