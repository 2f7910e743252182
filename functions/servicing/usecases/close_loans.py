"""Close loans (贷款日终): interest, instalments that fall due, lateness, up to the business day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from puhui.clock import Clock
from servicing.book_ports import LoanBooks, OpenBooks
from servicing.domain.account.book import LoanBook
from servicing.domain.end_of_day.leg import Leg
from servicing.end_of_day_ports import HasTime
from servicing.usecases.partition_walk import ChangeBook, PartitionWalk, Visited
from servicing.usecases.reprice_loan import RepriceLoan


@dataclass(frozen=True)
class CloseLoans:
    """Bring every loan of a partition to the business day; one that is there stays as it is.

    A loan takes its new rate before the days after it are counted.
    """

    open_books: OpenBooks
    books: LoanBooks
    reprice: RepriceLoan
    clock: Clock

    def __call__(self, leg: Leg, has_time: HasTime) -> Leg:
        change, at = ChangeBook(self.books), self.clock.now()

        def visit(books: Sequence[LoanBook]) -> Visited:
            repriced = [self.reprice(book, leg.day) for book in books]
            closed = [change(book, lambda one: one.close_day(leg.day, at)) for book in repriced]
            return Visited(changed=sum(changed for _, changed in closed))

        return PartitionWalk(self.open_books)(leg, visit, has_time)
