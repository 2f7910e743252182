"""Request debits (到期自动扣款): ask the rail for what falls due on the day and is unpaid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from puhui.clock import Clock
from puhui.money import Money
from servicing.book_ports import OpenBooks
from servicing.domain.account.book import LoanBook
from servicing.domain.end_of_day.business_day import unpaid_of
from servicing.domain.end_of_day.leg import Leg
from servicing.domain.rail.debit import RailDebit, debit_of
from servicing.domain.rail.errors import DebitMismatch
from servicing.end_of_day_ports import HasTime
from servicing.usecases.partition_walk import PartitionWalk, Visited

AskForDebit = Callable[[RailDebit], RailDebit]


@dataclass(frozen=True)
class RequestDebits:
    """One debit for each loan with something unpaid of the day, under a number of loan and day.

    Before loans are classified, so that money that comes at once makes nobody late.
    """

    open_books: OpenBooks
    ask_for_debit: AskForDebit
    clock: Clock

    def __call__(self, leg: Leg, has_time: HasTime) -> Leg:
        def visit(books: Sequence[LoanBook]) -> Visited:
            return Visited(changed=sum(self._ask(book, leg) for book in books))

        return PartitionWalk(self.open_books)(leg, visit, has_time)

    def _ask(self, book: LoanBook, leg: Leg) -> bool:
        fen = unpaid_of(book.account, leg.day)
        if fen == 0:
            return False
        key = f"due-{leg.day.isoformat()}"
        try:
            self.ask_for_debit(debit_of(book.loan, Money(fen), key, self.clock.now()))
        except DebitMismatch:
            # An attempt before this one asked for more, and a part was paid since: that order
            # stands, for a second one could take the same money twice.
            return False
        return True
