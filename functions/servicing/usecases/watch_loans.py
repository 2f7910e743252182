"""Watch loans (预警与检查计划): hand the loans of a partition to whoever watches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from puhui.tenancy import BankId
from servicing.book_ports import OpenBooks
from servicing.domain.account.book import LoanBook
from servicing.domain.end_of_day.leg import Leg
from servicing.end_of_day_ports import HasTime, Watches
from servicing.usecases.partition_walk import PartitionWalk, Visited


@dataclass(frozen=True)
class WatchLoans:
    """Look at every loan of a partition once for the day, and finish those that have ended."""

    open_books: OpenBooks
    watches: Watches
    finish_loans: Callable[[BankId, int, date], int]

    def __call__(self, leg: Leg, has_time: HasTime) -> Leg:
        def visit(books: Sequence[LoanBook]) -> Visited:
            positions = [book.position for book in books if book.position.on_balance_sheet]
            found = self.watches.watch(leg.bank_id, leg.day, positions) if positions else 0
            return Visited(changed=found)

        walked = PartitionWalk(self.open_books)(leg, visit, has_time)
        if walked.finished:
            self.finish_loans(leg.bank_id, leg.partition, leg.day)
        return walked
