"""The books of loans in memory, beside the ledger in memory, with the promises of the table.

Every guard is a method of its own, so that a test can take one away and watch a promise break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from infra.simulation.in_memory_books import Books, keep_balances
from puhui.clock import Clock
from puhui.errors import StaleVersion
from puhui.tenancy import BankId
from servicing.adapters.envelopes import change_envelopes
from servicing.adapters.rows import partition_of
from servicing.book_ports import HeldBook, KnownEvent, Page
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.change_request import (
    ChangeRequest,
    RequestDecided,
    RequestExists,
    RequestNotFound,
    RequestState,
)
from servicing.domain.errors import EventExists, LoanNotFound, TransferNotFound
from servicing.domain.vouchers import Step, Voucher


class InMemoryLoanBooks:
    """`servicing.book_ports`: LoanBooks, OpenBooks and BookAudits in memory."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self.books = books
        self.clock = clock

    def get(self, bank_id: BankId, loan_id: str) -> LoanBook:
        """The book, if it is this bank's."""
        book = self.books.loan_books.get(loan_id)
        if book is None or not self._belongs(book, bank_id):
            raise LoanNotFound(f"no loan {loan_id}")
        return book

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """Write a change, whole."""
        with self.books.lock:
            self._refuse_known_event(change)
            self._refuse_decided(approval)
            self._refuse_stale(change)
            self._write(change)
            if approval is not None:
                self.books.requests[approval.request_id] = approval

    def known(self, event_id: str) -> KnownEvent | None:
        """What an event id stands for."""
        return self.books.known_events.get(event_id)

    def open_in(self, bank_id: BankId, partition: int, *, after: str, limit: int) -> Page:
        """One page of a partition."""
        found = sorted(
            loan_id
            for loan_id, book in self.books.loan_books.items()
            if book.account.closed_on is None
            and loan_id > after
            and book.loan.bank_id == bank_id
            and partition_of(loan_id) == partition
        )[:limit]
        books = tuple(_without_log(self.books.loan_books[loan_id]) for loan_id in found)
        return Page(books=books, next_after=found[-1] if len(found) == limit else "")

    def ended_since(self, bank_id: BankId, partition: int, after: date) -> Sequence[LoanBook]:
        """The closed loans of a partition that were changed after a day."""
        return [
            _without_log(book)
            for loan_id, book in sorted(self.books.loan_books.items())
            if book.loan.bank_id == bank_id
            and partition_of(loan_id) == partition
            and book.account.closed_on is not None
            and book.account.day > after
        ]

    def of_customer(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanBook]:
        """A customer's loans."""
        return {
            loan_id: _without_log(book)
            for loan_id, book in self.books.loan_books.items()
            if (book.loan.bank_id, book.loan.customer_id) == (bank_id, customer_id)
        }

    def held(self, bank_id: BankId, loan_id: str) -> HeldBook:
        """The book and its balances, under one lock."""
        with self.books.lock:
            book = self.get(bank_id, loan_id)
            return HeldBook(
                book=book,
                held={
                    key: balance
                    for (owner, key), balance in self.books.sub_ledgers.items()
                    if (owner, key.holder) == (bank_id, book.loan.application_id)
                },
            )

    def posting(self, bank_id: BankId, posting_id: str) -> Voucher:
        """The voucher of a posting, if it is this bank's."""
        voucher = self.books.vouchers.get((posting_id, Step.BOOK))
        if voucher is None or voucher.bank_id != bank_id:
            raise TransferNotFound()
        return voucher

    def banks(self) -> Sequence[BankId]:
        """Every bank that has a loan."""
        return sorted({book.loan.bank_id for book in self.books.loan_books.values()})

    def _belongs(self, book: LoanBook, bank_id: BankId) -> bool:
        return book.loan.bank_id == bank_id

    def _refuse_known_event(self, change: LoanChange) -> None:
        if change.event is not None and change.event.event_id in self.books.known_events:
            raise EventExists()

    def _refuse_stale(self, change: LoanChange) -> None:
        stored = self.books.loan_books[change.after.loan.loan_id]
        if stored.version != change.before.version:
            raise StaleVersion()

    def _refuse_decided(self, approval: ChangeRequest | None) -> None:
        if approval is not None:
            refuse_decided(self.books, approval)

    def _write(self, change: LoanChange) -> None:
        loan = change.after.loan
        self._keep_book(change)
        if change.event is not None:
            self.books.known_events[change.event.event_id] = KnownEvent(
                bank_id=loan.bank_id,
                loan_id=loan.loan_id,
                payload_sha256=change.payload_sha256,
                event=change.event,
            )
        if change.voucher is not None:
            voucher = change.voucher
            self.books.vouchers[voucher.transfer_id, voucher.step] = voucher
            self._keep_balances(voucher)
        self._keep_event(change)

    def _keep_book(self, change: LoanChange) -> None:
        """The log grows by the event; a day that was closed without the log keeps it."""
        stored = self.books.loan_books[change.after.loan.loan_id]
        events = (*stored.events, *([change.event] if change.event else []))
        self.books.loan_books[change.after.loan.loan_id] = LoanBook(
            loan=stored.loan,
            rules=stored.rules,
            events=events,
            account=change.after.account,
            version=change.after.version,
            log_head=change.after.log_head,
        )

    def _keep_balances(self, voucher: Voucher) -> None:
        keep_balances(self.books, voucher)

    def _keep_event(self, change: LoanChange) -> None:
        self.books.events.extend(change_envelopes(change, self.clock))


def _without_log(book: LoanBook) -> LoanBook:
    """As the index knows it."""
    return LoanBook(
        loan=book.loan,
        rules=book.rules,
        events=(),
        account=book.account,
        version=book.version,
        log_is_read=False,
        log_head=book.log_head,
    )


class InMemoryChangeRequests:
    """`servicing.change_ports.ChangeRequests` in memory, beside those books."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def add(self, request: ChangeRequest) -> None:
        """Keep a new request."""
        with self.books.lock:
            if request.request_id in self.books.requests:
                raise RequestExists()
            self.books.requests[request.request_id] = request

    def get(self, bank_id: BankId, loan_id: str, request_id: str) -> ChangeRequest:
        """The request, if it is of this loan of this bank."""
        request = self.books.requests.get(request_id)
        if request is None or (request.bank_id, request.loan_id) != (bank_id, loan_id):
            raise RequestNotFound()
        return request

    def reject(self, decided: ChangeRequest) -> None:
        """Keep a rejection."""
        with self.books.lock:
            refuse_decided(self.books, decided)
            self.books.requests[decided.request_id] = decided

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[ChangeRequest]:
        """All requests of a loan, oldest first."""
        return [
            request
            for request in self.books.requests.values()
            if (request.bank_id, request.loan_id) == (bank_id, loan_id)
        ]


def refuse_decided(books: Books, decided: ChangeRequest) -> None:
    """A request is decided once, and by another person than its maker."""
    stored = books.requests[decided.request_id]
    if stored.state is not RequestState.PENDING or stored.maker == decided.checker:
        raise RequestDecided()
