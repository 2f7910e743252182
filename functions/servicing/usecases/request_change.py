"""Request change (经办申请): ask for a waiver, a write-off, a restructuring … of a loan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId
from servicing.book_ports import LoanBooks
from servicing.change_ports import ChangeRequests
from servicing.domain.account.book import Entered
from servicing.domain.account.change_request import (
    VALID_FOR,
    ChangeRequest,
    RequestExists,
    terms_hash,
)
from servicing.domain.account.events import Happening
from servicing.usecases.check_misuse import CheckMisuse


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChange:
    """What a maker asks for; without a value date, on the accounting day."""

    bank_id: BankId
    loan_id: str
    request_id: str
    what: Happening
    maker: str
    value_date: date | None = None


@dataclass(frozen=True)
class RequestChange:
    """Keep a request that could be booked today; a second person decides on it."""

    books: LoanBooks
    requests: ChangeRequests
    clock: Clock
    calendar: BusinessCalendar
    check_misuse: CheckMisuse

    def __call__(self, asked: AskedChange) -> ChangeRequest:
        """Raises EventRefused for what could not be booked, RequestMismatch for a known id."""
        book = self.books.get(asked.bank_id, asked.loan_id)
        now, today = self.clock.now(), self.calendar.today(asked.bank_id)
        day = asked.value_date or today
        request = ChangeRequest(
            bank_id=asked.bank_id,
            loan_id=asked.loan_id,
            request_id=asked.request_id,
            what=asked.what,
            value_date=day,
            terms_sha256=terms_hash(book, asked.what, day),
            maker=asked.maker,
            made_at=now,
            expires_at=now + VALID_FOR,
        )
        known = self._known(request)
        if known is not None:
            return known
        self.check_misuse(asked.bank_id, asked.loan_id, asked.what)
        book.enter(
            Entered(
                event_id=request.event_id,
                loan_id=asked.loan_id,
                value_date=day,
                entered_on=today,
                at=now,
                what=asked.what,
            )
        )
        try:
            self.requests.add(request)
        except RequestExists:
            return self.requests.get(asked.bank_id, asked.loan_id, asked.request_id).answers(
                request
            )
        return request

    def _known(self, request: ChangeRequest) -> ChangeRequest | None:
        for one in self.requests.of_loan(request.bank_id, request.loan_id):
            if one.request_id == request.request_id:
                return one.answers(request)
        return None
