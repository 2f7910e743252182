"""What changes a loan's book after it is booked, in the words of the use cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from puhui.tenancy import BankId
from servicing.domain.account.book import LoanBook, LoanChange
from servicing.domain.account.events import LoanEvent


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

    def record(self, change: LoanChange) -> None:
        """Write a change: log, account, voucher, balances and announcement in one transaction.

        Raises EventExists when the event id is taken by any bank, StaleVersion when the book has
        moved on since it was read.
        """

    def known(self, event_id: str) -> KnownEvent | None:
        """What an event id stands for, whosever it is; the caller compares before he tells."""
