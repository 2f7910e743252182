"""The books of loans after they are booked, in the words of the use cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from puhui.tenancy import BankId
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.change_request import ChangeRequest
from servicing.domain.account.events import LoanEvent
from servicing.domain.accounts import AccountKey
from servicing.domain.vouchers import Balance, Voucher

PARTITIONS: Final = 64
"""A bank's open loans are closed partition by partition, each by one writer at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent:
    """An event id that was used before: for which loan of which bank, and for what."""

    bank_id: BankId
    loan_id: str
    payload_sha256: str
    event: LoanEvent


class LoanBooks(Protocol):
    """The books of all loans; a change is written whole or not at all."""

    def get(self, bank_id: BankId, loan_id: str) -> LoanBook:
        """The book, read consistently; raises LoanNotFound, for another bank's loan too."""

    def record(self, change: LoanChange, approval: ChangeRequest | None = None) -> None:
        """Write a change: log, account, voucher, balances and announcement in one transaction,
        and with them the approval of the request that it books.

        Raises EventExists when the event id is taken by any bank, StaleVersion when the book has
        moved on since it was read, RequestDecided when the request is pending no more or was made
        by the one who approves it.
        """

    def known(self, event_id: str) -> KnownEvent | None:
        """What an event id stands for, whosever it is; the caller compares before he tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some open books of a partition, in the order of their loans; their logs are not read."""

    books: tuple[LoanBook, ...]
    next_after: str
    """The loan to continue after; empty when there are no more."""


class OpenBooks(Protocol):
    """The loans that are not closed, as an index knows them: it may lag by a moment."""

    def open_in(self, bank_id: BankId, partition: int, *, after: str, limit: int) -> Page:
        """One page of a partition (0 to 63), from the loan after `after` on, or from the first."""

    def of_customer(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanBook]:
        """A customer's loans by their id, closed ones too; their logs are not read."""


class EndedBooks(Protocol):
    """The loans that are over."""

    def ended_since(self, bank_id: BankId, partition: int, after: date) -> Sequence[LoanBook]:
        """The closed loans of a partition that were changed after a day; logs are not read."""

    def of_customer(self, bank_id: BankId, customer_id: str) -> Mapping[str, LoanBook]:
        """A customer's loans by their id, closed ones too; their logs are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBook:
    """A book, and the balances that the ledger stores for its loan, both of one moment."""

    book: LoanBook
    held: Mapping[AccountKey, Balance]


class BookAudits(Protocol):
    """The books beside the ledger that they are written with, and the banks that have any."""

    def held(self, bank_id: BankId, loan_id: str) -> HeldBook:
        """Read both at one version of the book.

        Raises LoanNotFound, and StaleVersion where the book never stands still.
        """

    def posting(self, bank_id: BankId, posting_id: str) -> Voucher:
        """The voucher of a posting; raises TransferNotFound, for another bank's too."""

    def banks(self) -> Sequence[BankId]:
        """Every bank that ever booked a loan here."""
