"""A night of many loans in this process, on fakes: what our own code costs."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from puhui.clock import FixedClock
from puhui.tenancy import BankId
from servicing.adapters.envelopes import change_envelopes
from servicing.adapters.rows import partition_of
from servicing.book_ports import PARTITIONS, KnownEvent, Page
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.position import LoanPosition
from servicing.domain.account.repricing import published_lpr_bps
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.tally import NOTHING_COUNTED, DayTally
from servicing.usecases.classify_loans import ClassifyLoans
from servicing.usecases.close_loans import CloseLoans
from servicing.usecases.reprice_loan import RepriceLoan
from servicing.usecases.watch_loans import WatchLoans
from tests.support.end_of_day import ByDaysOverdue, all_the_time_there_is, nobody_ended
from tests.support.loan_accounts import a_book, on
from tests.support.servicing import NOON, NORTH

DAY = on(45)
"""A fortnight after the first due day: nobody has paid, so every loan is late and has lateness."""
KIB_PER_MIB = 1024
CLOCK: Final = FixedClock(NOON)
MS = 1_000


@dataclass
class PartitionedBooks:
    """Books by partition, in order; each change is announced, then its event is dropped."""

    partitions: list[list[LoanBook]] = field(
        default_factory=lambda: [[] for _ in range(PARTITIONS)]
    )
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    announced: int = 0

    def add(self, book: LoanBook) -> None:
        """A new loan."""
        partition = partition_of(book.loan.loan_id)
        self.partitions[partition].append(book)

    def sort(self) -> None:
        """In the order of the index."""
        for number, books in enumerate(self.partitions):
            books.sort(key=lambda book: book.loan.loan_id)
            for place, book in enumerate(books):
                self.places[book.loan.loan_id] = (number, place)

    def open_in(self, bank_id: BankId, partition: int, *, after: str, limit: int) -> Page:
        """One page."""
        first = self.places[after][1] + 1 if after else 0
        found = tuple(self.partitions[partition][first : first + limit])
        return Page(books=found, next_after=found[-1].loan.loan_id if len(found) == limit else "")

    def get(self, bank_id: BankId, loan_id: str) -> LoanBook:
        """One book."""
        partition, place = self.places[loan_id]
        return self.partitions[partition][place]

    def of_customer(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanBook]:
        """Nobody asks."""
        return {}

    def known(self, event_id: str) -> KnownEvent | None:
        """Nothing is asked twice."""
        return None

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """One change, with the event that would go into the outbox."""
        partition, place = self.places[change.after.loan.loan_id]
        self.partitions[partition][place] = change.after
        self.announced += len(change_envelopes(change, CLOCK))


@dataclass(frozen=True)
class Measured:
    """A night in this process."""

    loans: int
    seconds: Sequence[tuple[str, float]]
    tally: DayTally
    peak_mib: float

    @property
    def milliseconds_a_loan(self) -> float:
        """Of all steps."""
        return sum(seconds for _, seconds in self.seconds) * MS / self.loans

    def lines(self) -> Iterator[str]:
        """As people read it."""
        total = sum(seconds for _, seconds in self.seconds)
        yield f"in process, fakes: {self.loans:,} loans in {total:.1f} s of one processor"
        for name, seconds in self.seconds:
            yield f"  {name:<16} {seconds:8.1f} s  {self.loans / seconds:10,.0f} loans/s"
        yield f"  {'one loan':<16} {self.milliseconds_a_loan:8.3f} ms"
        yield f"  {'peak memory':<16} {self.peak_mib:8.0f} MiB, all loans held at once"
        yield (
            f"  {'report':<16} {self.tally.loans:,} loans, overdue {self.tally.overdue:,}, "
            f"provision {self.tally.provision_fen / 100:,.0f} yuan"
        )


class Nobody:
    """Early warning that looks at nothing."""

    def watch(self, bank_id: BankId, day: date, positions: Sequence[LoanPosition]) -> int:
        """No warning."""
        return 0


def measure_in_process(loans: int) -> Measured:
    """Close, classify and watch so many loans, partition by partition, one after the other."""
    books, assessments = _books(loans), ByDaysOverdue()
    steps = (
        (
            "close",
            CloseLoans(
                books, books, RepriceLoan(books, published_lpr_bps, lambda *_: None, CLOCK), CLOCK
            ),
        ),
        ("classify, book", ClassifyLoans(books, books, assessments, CLOCK)),
        ("walk again", WatchLoans(books, Nobody(), nobody_ended)),
    )
    gc.collect()
    seconds, tally = [], NOTHING_COUNTED
    for name, step in steps:
        begun = time.process_time()
        for partition in range(PARTITIONS):
            leg = Leg(bank_id=NORTH, day=DAY, partition=partition)
            tally = tally.plus(step(leg, all_the_time_there_is).tally)
        seconds.append((name, time.process_time() - begun))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    return Measured(loans=loans, seconds=seconds, tally=tally, peak_mib=peak)


def _books(loans: int) -> PartitionedBooks:
    """Loans that differ by their ids alone: the plan of one is that of all."""
    pattern, books = a_book(), PartitionedBooks()
    for number in range(loans):
        loan = replace(
            pattern.loan, loan_id=f"loan-{number:09d}", application_id=f"app-{number:09d}"
        )
        books.add(replace(pattern, loan=loan))
    books.sort()
    return books
