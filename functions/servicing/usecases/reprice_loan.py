"""Reprice loan (利率重定价)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from puhui.clock import Clock
from servicing.book_ports import LoanBooks
from servicing.domain.account.book import Entered, LoanBook, LoanChange
from servicing.domain.account.repricing import DueReset, LprBps, reset_id, resets_due
from servicing.usecases.partition_walk import ChangeBook

BY = "end-of-day"
TellWaiting = Callable[[LoanBook, date], None]
"""Is told of a repricing day whose LPR nobody has supplied."""


@dataclass(frozen=True)
class RepriceLoan:
    """Give a loan its new rate on each repricing day that has come; again changes nothing.

    Where nobody has supplied the LPR of the day, the old rate stays and the day is told of; entered
    later, by an operator, the new rate counts from its own day (倒起息).
    """

    books: LoanBooks
    lpr_bps: LprBps
    tell_waiting: TellWaiting
    clock: Clock

    def __call__(self, book: LoanBook, until: date) -> LoanBook:
        """The book as it stands afterwards."""
        if book.loan.settlement.repricing == "NONE":
            return book
        for due in resets_due(book, until, self.lpr_bps):
            if due.what is None:
                self.tell_waiting(book, due.repricing_day)
            else:
                book = self._reset(book, due, until)
        return book

    def _reset(self, book: LoanBook, due: DueReset, until: date) -> LoanBook:
        whole = self.books.get(book.loan.bank_id, book.loan.loan_id)
        at, event_id = self.clock.now(), reset_id(book.loan.loan_id, due.on)

        def change_of(one: LoanBook) -> LoanChange | None:
            if due.what is None or any(event.event_id == event_id for event in one.events):
                return None
            return one.enter(
                Entered(
                    event_id=event_id,
                    loan_id=one.loan.loan_id,
                    value_date=due.on,
                    entered_on=until,
                    at=at,
                    what=due.what,
                    by=BY,
                )
            )

        return ChangeBook(self.books)(whole, change_of)[0]
