"""Walk through a partition page by page, as far as the time of one call goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from puhui.errors import StaleVersion
from servicing.book_ports import LoanBooks, OpenBooks
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.end_of_day.tally import NOTHING_COUNTED, DayTally
from servicing.end_of_day_ports import HasTime

PAGE_LOANS: Final = 50
"""One page is written within seconds, so a call always ends in time."""
MAX_ATTEMPTS: Final = 4
"""A loan that is paid while its day is closed is read again."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What a page came to."""

    changed: int = 0
    tally: DayTally = NOTHING_COUNTED


Visit = Callable[[Sequence[LoanBook]], Visited]


@dataclass(frozen=True)
class PartitionWalk:
    """Visit the loans of a partition in order and say where the next leg begins."""

    open_books: OpenBooks
    page_loans: int = PAGE_LOANS

    def __call__(self, leg: Leg, visit: Visit, has_time: HasTime) -> Leg:
        """At least one page, so that every call makes progress."""
        while not leg.finished:
            page = self.open_books.open_in(
                leg.bank_id, leg.partition, after=leg.after, limit=self.page_loans
            )
            found = visit(page.books)
            leg = leg.past(page.next_after, len(page.books), found.changed, found.tally)
            if not has_time():
                break
        return leg


@dataclass(frozen=True)
class ChangeBook:
    """Change a loan's book by a rule, again if somebody else changed it first."""

    books: LoanBooks

    def __call__(
        self, book: LoanBook, change_of: Callable[[LoanBook], LoanChange | None]
    ) -> tuple[LoanBook, bool]:
        """The book as it stands afterwards, and whether this call changed it.

        Raises StaleVersion when the loan is changed by others again and again.
        """
        for attempt in range(1, MAX_ATTEMPTS + 1):
            change = change_of(book)
            if change is None:
                return book, False
            try:
                self.books.record(change)
            except StaleVersion:
                if attempt == MAX_ATTEMPTS:
                    raise
                book = self.books.get(book.loan.bank_id, book.loan.loan_id)
            else:
                return change.after, True
        raise AssertionError("unreachable")
