"""Reprice loan (利率重定价)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from servicing.domain.account.book import LoanBook
from servicing.domain.account.repricing import LprBps, reset_id, resets_due
from servicing.usecases.record_event import AskedEvent, RecordEvent

BY = "end-of-day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced:
    """How many repricing days of a loan took effect, and which wait for an LPR."""

    resets: int
    waiting: tuple[date, ...] = ()


@dataclass(frozen=True)
class RepriceLoan:
    """Give a loan its new rate on each repricing day that has come; a second time changes nothing.

    Where nobody has supplied the LPR of the day, the old rate stays and the day is answered as
    waiting: entered later, it counts from its own day (倒起息).
    """

    record_event: RecordEvent
    lpr_bps: LprBps

    def __call__(self, book: LoanBook, until: date) -> Repriced:
        if book.loan.settlement.repricing == "NONE":
            return Repriced(resets=0)
        due = resets_due(book, until, self.lpr_bps)
        for reset in due:
            if reset.what is not None:
                self.record_event(
                    AskedEvent(
                        bank_id=book.loan.bank_id,
                        loan_id=book.loan.loan_id,
                        event_id=reset_id(book.loan.loan_id, reset.on),
                        what=reset.what,
                        value_date=reset.on,
                        by=BY,
                    )
                )
        waiting = tuple(reset.on for reset in due if reset.what is None)
        return Repriced(resets=len(due) - len(waiting), waiting=waiting)
