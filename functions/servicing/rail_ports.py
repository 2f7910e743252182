"""What the use cases of the rail need from the world, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from puhui.money import Money
from puhui.tenancy import BankId
from servicing.domain.rail.debit import DebitWord, RailDebit
from servicing.domain.rail.files import RailFile
from servicing.domain.rail.payment import RailPayment
from servicing.domain.rail.reconciliation import Movement, Reconciliation
from servicing.domain.rail.suspense import SuspensePosting
from servicing.domain.transfers import Transfer


class RailPayments(Protocol):
    """Every payment that came over the rail, by its serial number."""

    def add(self, payment: RailPayment) -> RailPayment:
        """Write a new payment; raises SerialNumberTaken, whichever bank has the number."""

    def get(self, bank_id: BankId, serial_no: str) -> RailPayment:
        """The payment; raises RailPaymentNotFound, for another bank's too."""

    def save(self, payment: RailPayment, posting: SuspensePosting | None = None) -> RailPayment:
        """Write a change with its voucher and event, whole; raises StaleVersion."""

    def work_items(self, bank_id: BankId) -> Sequence[RailPayment]:
        """Payments that wait for a person, oldest first."""

    def unfinished(self) -> Sequence[RailPayment]:
        """Payments of all banks that a run left behind half-way."""


class LoanReferences(Protocol):
    """Which loans a payer's reference can mean."""

    def loans_of(self, bank_id: BankId, reference: str) -> Sequence[str]:
        """Loan ids by loan, disbursement, contract or application; none or several are possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentOrder:
    """A repayment to record; `event_id` and `serial_no` are the same under every repetition."""

    bank_id: BankId
    loan_id: str
    event_id: str
    serial_no: str
    amount: Money
    value_date: date


class RepaymentRecorder(Protocol):
    """Puts money into a loan's book, once per event id."""

    def __call__(self, order: RepaymentOrder) -> None:
        """Record it; raises RepaymentRefused where the loan takes none."""


class DebitRail(Protocol):
    """The core bank's debits. Every error but DebitNotFound leaves the outcome unknown."""

    def debit(self, order: RailDebit) -> DebitWord:
        """Send the order; raises UpstreamUnavailable or DebitAnswerInvalid."""

    def query(self, order: RailDebit) -> DebitWord:
        """Ask what became of it; raises DebitNotFound when it never arrived."""


class PaymentWord(StrEnum):
    """The core bank's final word on the number of a payment."""

    PAID = "confirmed"
    NEVER = "rejected"
    """It was not paid, and whatever comes under its number from now on is rejected."""


class PaymentRail(Protocol):
    """The core bank's payments, of which we want an end."""

    def cancel(self, transfer: Transfer) -> PaymentWord:
        """Take the payment's number out of use, unless it was paid.

        Raises UpstreamUnavailable or PaymentAnswerInvalid; then it is unknown.
        """


class PendingTransfers(Protocol):
    """What all banks promised and nobody resolved yet."""

    def pending(self, limit: int) -> Sequence[Transfer]:
        """The transfers, the earliest deadline first."""


class RailDebits(Protocol):
    """Our own orders, by serial number."""

    def open(self, debit: RailDebit) -> tuple[RailDebit, bool]:
        """Write a new order and answer True, or the one that stands under its number and False."""

    def get(self, bank_id: BankId, serial_no: str) -> RailDebit:
        """The order; raises DebitNotFound."""

    def save(self, debit: RailDebit) -> RailDebit:
        """Keep what was learnt; raises StaleVersion."""

    def open_ones(self) -> Sequence[RailDebit]:
        """Orders of all banks whose outcome is not known."""


class RailFiles(Protocol):
    """Daily files that came, by day and version."""

    def add(self, file: RailFile) -> RailFile:
        """Write a new file; raises RailFileExists."""

    def get(self, bank_id: BankId, on: date, file_version: int) -> RailFile | None:
        """The file, if that version came."""

    def newest(self, bank_id: BankId, on: date) -> RailFile | None:
        """The newest version of the day."""

    def save(self, file: RailFile) -> RailFile:
        """Keep how far it was read; raises StaleVersion."""


class FileStore(Protocol):
    """The bucket in which files lie as they were delivered."""

    def keep(self, content: bytes) -> str:
        """Write a file once, under its hash; answer its key."""

    def read(self, object_key: str) -> bytes:
        """A file's bytes; raises RailFileRefused when it is larger than a file may be."""


class ClearedMoney(Protocol):
    """What ledger and loans say that moved over the rail on a business day."""

    def ledger(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        """Posted entries of the clearing account, by the serial number behind each voucher."""

    def loans(self, bank_id: BankId, on: date) -> Sequence[Movement]:
        """Loans booked, loan events with money, and money in or out of suspense."""


class Reconciliations(Protocol):
    """Results by day; each re-run that finds something else is another version."""

    def latest(self, bank_id: BankId, on: date) -> Reconciliation | None:
        """The newest version of a day."""

    def before(self, bank_id: BankId, on: date) -> Reconciliation | None:
        """The newest version of the nearest earlier day."""

    def day_after(self, bank_id: BankId, on: date) -> date | None:
        """The nearest later day that was reconciled."""

    def add(self, result: Reconciliation, after: Reconciliation | None) -> Reconciliation:
        """Write the version after a known one and tell of it; raises StaleVersion."""
