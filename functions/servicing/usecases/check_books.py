"""Check books (账务核对): the nightly look at every open loan's book, partition by partition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from puhui.clock import Clock
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.book_ports import PARTITIONS, BookAudits, OpenBooks
from servicing.domain.book_invariants import Violation, check_book
from servicing.domain.trial_balance import trial_balance
from servicing.ports import Ledger

PAGE_LOANS: Final = 100
NIGHTLY_STEP: Final = 16
"""Partitions by which each night begins later, so that a short night leaves out others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBooks:
    """What a look at some loans found."""

    loans: int
    unread: int
    """Loans that never stood still while they were read; the next night reads them."""
    violations: tuple[Violation, ...]
    next_after: str
    """The loan to continue after; empty when the partition is done."""


@dataclass(frozen=True)
class CheckBooks:
    """Check a page of a partition: log, account and stored balances of each open loan agree."""

    open_books: OpenBooks
    audits: BookAudits

    def __call__(
        self, bank: BankId, partition: int, *, after: str = "", limit: int = PAGE_LOANS
    ) -> CheckedBooks:
        page = self.open_books.open_in(bank, partition, after=after, limit=limit)
        found: list[Violation] = []
        unread = 0
        for book in page.books:
            try:
                read = self.audits.held(bank, book.loan.loan_id)
            except StaleVersion:
                unread += 1
                continue
            found.extend(check_book(read.book, read.held))
        return CheckedBooks(
            loans=len(page.books) - unread,
            unread=unread,
            violations=tuple(found),
            next_after=page.next_after,
        )


@dataclass(frozen=True)
class CheckTrialBalance:
    """INV1: a bank's debits equal its credits, moved and promised."""

    ledger: Ledger

    def __call__(self, bank: BankId) -> tuple[Violation, ...]:
        sheet = trial_balance(self.ledger.balances(bank))
        return tuple(
            Violation("INV1", "books", f"{layer} debits and credits differ: {difference}")
            for layer, difference in (
                ("posted", sheet.difference),
                ("pending", sheet.pending_difference),
            )
            if not difference.is_zero
        )


@dataclass(kw_only=True)
class Night:
    """What a night's look at all banks has found so far."""

    loans: int = 0
    unread: int = 0
    is_done: bool = True
    violations: list[tuple[BankId, Violation]] = field(default_factory=list)

    def add(self, bank: BankId, checked: CheckedBooks) -> None:
        """Count a page."""
        self.loans += checked.loans
        self.unread += checked.unread
        self.violations += [(bank, violation) for violation in checked.violations]


@dataclass(frozen=True)
class CheckAllBooks:
    """Check every bank, page by page, until all is done or time is up."""

    check_books: CheckBooks
    check_trial_balance: CheckTrialBalance
    audits: BookAudits
    clock: Clock

    def __call__(self, until: datetime) -> Night:
        night = Night()
        for bank in self.audits.banks():
            night.violations += [(bank, one) for one in self.check_trial_balance(bank)]
        for bank, partition in self._work():
            after = ""
            while True:
                if self.clock.now() >= until:
                    night.is_done = False
                    return night
                checked = self.check_books(bank, partition, after=after)
                night.add(bank, checked)
                after = checked.next_after
                if not after:
                    break
        return night

    def _work(self) -> Iterator[tuple[BankId, int]]:
        """Partition by partition, all banks of each; another first partition every night."""
        banks = self.audits.banks()
        first = self.clock.now().toordinal() * NIGHTLY_STEP
        for n in range(PARTITIONS):
            yield from ((bank, (first + n) % PARTITIONS) for bank in banks)
