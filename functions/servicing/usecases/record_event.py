"""Record event (贷款事件入账): a repayment, a waiver, a write-off … enters a loan's book once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.clock import BusinessCalendar, Clock
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.book_ports import LoanBooks
from servicing.domain.account.book import Entered, LoanBook
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import Happening, LoanEvent
from servicing.domain.errors import EventExists, EventMismatch

MAX_TRIES: Final = 5
"""How often a book is read again because somebody else changed it in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedEvent:
    """What somebody asks to happen to a loan; without a value date, on the accounting day."""

    bank_id: BankId
    loan_id: str
    event_id: str
    what: Happening
    value_date: date | None = None
    by: str = ""
    approval: ChangeRequest | None = None
    """Of what two people have to agree to; it is written with the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """The event as it stands in the log; a repetition is answered with the first one."""

    loan_id: str
    event: LoanEvent
    is_new: bool


@dataclass(frozen=True)
class RecordEvent:
    """Enter an event, once per event id; a late one is folded in where it counts."""

    books: LoanBooks
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, asked: AskedEvent) -> RecordedEvent:
        """Raises EventMismatch for an id that stands for something else, showing nothing of it."""
        for _ in range(MAX_TRIES):
            book = self.books.get(asked.bank_id, asked.loan_id)
            known = _in_log(book, asked.event_id)
            if known is not None:
                return self._repeated(asked, known)
            try:
                return self._recorded(book, asked)
            except EventExists:
                return self._taken(asked)
            except StaleVersion:
                continue
        raise StaleVersion("the loan's book changes faster than it can be read")

    def _recorded(self, book: LoanBook, asked: AskedEvent) -> RecordedEvent:
        if asked.approval is not None:
            asked.approval.check_terms(book)
        change = book.enter(self._entered(asked))
        self.books.record(change, asked.approval)
        return RecordedEvent(loan_id=asked.loan_id, event=change.after.events[-1], is_new=True)

    def _taken(self, asked: AskedEvent) -> RecordedEvent:
        """The id is on some book: on this one as asked, by a lost answer or a racer, or refused."""
        known = self.books.known(asked.event_id)
        if known is None or (known.bank_id, known.loan_id) != (asked.bank_id, asked.loan_id):
            raise EventMismatch(field="event_id", rule="event.payload")
        return self._repeated(asked, known.event)

    def _repeated(self, asked: AskedEvent, known: LoanEvent) -> RecordedEvent:
        """The same answer, if the same is asked; a later day or another person is no difference."""
        day = asked.value_date or known.value_date
        if (known.value_date, known.what) != (day, asked.what):
            raise EventMismatch(field="event_id", rule="event.payload")
        return RecordedEvent(loan_id=asked.loan_id, event=known, is_new=False)

    def _entered(self, asked: AskedEvent) -> Entered:
        today = self.calendar.today(asked.bank_id)
        return Entered(
            event_id=asked.event_id,
            loan_id=asked.loan_id,
            value_date=asked.value_date or today,
            entered_on=today,
            at=self.clock.now(),
            what=asked.what,
            by=asked.by,
        )


def _in_log(book: LoanBook, event_id: str) -> LoanEvent | None:
    return next((event for event in book.events if event.event_id == event_id), None)
