"""The ledger and the loans in memory: for tests and simulations, with the promises of the table.

Every guard is a method of its own, so that a test can take one away and watch a promise break.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from puhui.clock import Clock
from puhui.contracts.monitoring import MonitoringBasis
from puhui.events import Envelope
from puhui.inbox import AlreadyConsumed
from puhui.money import Money
from puhui.tenancy import BankId
from servicing.adapters.envelopes import loan_envelope, movement_envelope
from servicing.book_ports import KnownEvent
from servicing.domain.account.book import LoanBook
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.accounts import AccountKey
from servicing.domain.disbursement import principal_account
from servicing.domain.errors import (
    ApplicationAlreadyDrawn,
    LoanExists,
    LoanNotFound,
    TransferAlreadyResolved,
    TransferExists,
    TransferNotFound,
)
from servicing.domain.invariants import BooksSnapshot
from servicing.domain.loan import Loan
from servicing.domain.transfers import Movement, Transfer, TransferState
from servicing.domain.vouchers import Balance, Step, Voucher
from servicing.ports import Consumed

NO_BALANCE = Balance()


@dataclass
class Books:
    """What is stored; one lock makes each write whole."""

    transfers: dict[str, Transfer] = field(default_factory=dict)
    vouchers: dict[tuple[str, Step], Voucher] = field(default_factory=dict)
    book: dict[tuple[BankId, str], Balance] = field(default_factory=dict)
    sub_ledgers: dict[tuple[BankId, AccountKey], Balance] = field(default_factory=dict)
    drawn_by: dict[tuple[BankId, str], str] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    loan_books: dict[str, LoanBook] = field(default_factory=dict)
    known_events: dict[str, KnownEvent] = field(default_factory=dict)
    requests: dict[str, ChangeRequest] = field(default_factory=dict)
    events: list[Envelope] = field(default_factory=list)
    consumed: set[Consumed] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def snapshot(self, bank: BankId) -> BooksSnapshot:
        """One bank's books at this moment, for the invariants."""
        with self.lock:
            return BooksSnapshot(
                transfers=[t for t in self.transfers.values() if t.bank_id == bank],
                vouchers=[v for v in self.vouchers.values() if v.bank_id == bank],
                book={code: b for (owner, code), b in self.book.items() if owner == bank},
                sub_ledgers={
                    key: b for (owner, key), b in self.sub_ledgers.items() if owner == bank
                },
                loans=[loan for loan in self.loans.values() if loan.bank_id == bank],
                books=[b for b in self.loan_books.values() if b.loan.bank_id == bank],
            )


def keep_balances(books: Books, voucher: Voucher) -> None:
    """Change the balances of the book, and those of single loans, by a voucher."""
    bank, book, held = voucher.bank_id, books.book, books.sub_ledgers
    for entry in voucher.entries:
        code, key = (bank, entry.account.code), (bank, entry.account)
        book[code] = book.get(code, NO_BALANCE).plus(entry)
        if entry.account.holder:
            held[key] = held.get(key, NO_BALANCE).plus(entry)


class InMemoryLedger:
    """`servicing.ports.Ledger` in memory."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self.books = books
        self.clock = clock

    def reserve(self, movement: Movement) -> None:
        """Write a new transfer."""
        with self.books.lock:
            self._refuse_known_id(movement.transfer)
            self._refuse_second_drawing(movement.transfer)
            self._write(movement)

    def resolve(self, movement: Movement, because_of: Consumed | None = None) -> None:
        """Write the end of a pending transfer."""
        with self.books.lock:
            self._refuse_consumed(because_of)
            self._refuse_resolved(movement.transfer)
            self._write(movement)
            if because_of is not None:
                self.books.consumed.add(because_of)

    def block(self, transfer: Transfer) -> None:
        """Take an id that was never reserved out of use."""
        with self.books.lock:
            self._refuse_known_id(transfer)
            self.books.transfers[transfer.transfer_id] = transfer

    def get(self, bank_id: BankId, transfer_id: str) -> Transfer:
        """The transfer, if it is this bank's."""
        transfer = self.books.transfers.get(transfer_id)
        if transfer is None or not self._belongs(transfer, bank_id):
            raise TransferNotFound()
        return transfer

    def pending_of_application(self, bank_id: BankId, application_id: str) -> str | None:
        """The transfer that drew the application, while its money is pending."""
        key = (bank_id, principal_account(application_id))
        balance = self.books.sub_ledgers.get(key, NO_BALANCE)
        if balance.pending.is_zero:
            return None
        return self.books.drawn_by[bank_id, application_id]

    def was_drawn(self, bank_id: BankId, application_id: str) -> bool:
        """Whether money was ever promised to the application."""
        return (bank_id, application_id) in self.books.drawn_by

    def pending(self, limit: int) -> Sequence[Transfer]:
        """What every bank promised, the earliest deadline first."""
        pending = [t for t in self.books.transfers.values() if t.state is TransferState.PENDING]
        return sorted(pending, key=lambda one: (one.deadline, one.transfer_id))[:limit]

    def vouchers(self, bank_id: BankId, transfer_id: str) -> Sequence[Voucher]:
        """The vouchers of a transfer, first to last."""
        self.get(bank_id, transfer_id)
        found = [self.books.vouchers.get((transfer_id, step)) for step in Step]
        return [voucher for voucher in found if voucher is not None]

    def balances(self, bank_id: BankId) -> Mapping[str, Balance]:
        """The balances of the bank's accounts, by code."""
        return {code: b for (owner, code), b in self.books.book.items() if owner == bank_id}

    def _refuse_known_id(self, transfer: Transfer) -> None:
        if transfer.transfer_id in self.books.transfers:
            raise TransferExists()

    def _refuse_second_drawing(self, transfer: Transfer) -> None:
        key = (transfer.bank_id, transfer.debit)
        balance = self.books.sub_ledgers.get(key, NO_BALANCE)
        if balance != NO_BALANCE:
            raise ApplicationAlreadyDrawn(f"{transfer.application_id} has another disbursement")

    def _refuse_resolved(self, transfer: Transfer) -> None:
        if self.books.transfers[transfer.transfer_id].state is not TransferState.PENDING:
            raise TransferAlreadyResolved()

    def _refuse_consumed(self, because_of: Consumed | None) -> None:
        if because_of in self.books.consumed:
            raise AlreadyConsumed()

    def _belongs(self, transfer: Transfer, bank_id: BankId) -> bool:
        return transfer.bank_id == bank_id

    def _write(self, movement: Movement) -> None:
        transfer, voucher = movement.transfer, movement.voucher
        self._keep_transfer(transfer)
        self.books.vouchers[voucher.transfer_id, voucher.step] = voucher
        self._keep_balances(voucher)
        self._keep_event(movement)

    def _keep_transfer(self, transfer: Transfer) -> None:
        self.books.transfers[transfer.transfer_id] = transfer
        if transfer.state is TransferState.PENDING:
            self.books.drawn_by[transfer.bank_id, transfer.application_id] = transfer.transfer_id

    def _keep_balances(self, voucher: Voucher) -> None:
        keep_balances(self.books, voucher)

    def _keep_event(self, movement: Movement) -> None:
        self.books.events.append(movement_envelope(movement, self.clock))


class InMemoryLoans:
    """`servicing.ports.Loans` in memory."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self.books = books
        self.clock = clock

    def add(self, loan: Loan, monitoring: MonitoringBasis | None = None) -> None:
        """Book a loan and tell of it."""
        with self.books.lock:
            self._refuse_known_loan(loan)
            self.books.loans[loan.loan_id] = loan
            self.books.loan_books[loan.loan_id] = LoanBook.of_new(loan)
            self.books.events.append(loan_envelope(loan, self.clock))

    def get(self, bank_id: BankId, loan_id: str) -> Loan:
        """The loan, if it is this bank's."""
        loan = self.books.loans.get(loan_id)
        if loan is None or loan.bank_id != bank_id:
            raise LoanNotFound(f"no loan {loan_id}")
        return replace(loan, status=self.books.loan_books[loan_id].account.status)

    def of_application(self, bank_id: BankId, application_id: str) -> Sequence[Loan]:
        """The loans of an application."""
        return [
            loan
            for loan in self.books.loans.values()
            if (loan.bank_id, loan.application_id) == (bank_id, application_id)
        ]

    def lent_to(self, bank_id: BankId, customer_id: str) -> Sequence[Money]:
        """What each loan of a customer was booked with."""
        return [
            loan.terms.principal
            for loan in self.books.loans.values()
            if (loan.bank_id, loan.customer_id) == (bank_id, customer_id)
        ]

    def _refuse_known_loan(self, loan: Loan) -> None:
        if loan.loan_id in self.books.loans:
            raise LoanExists(f"{loan.loan_id} is on the books")
