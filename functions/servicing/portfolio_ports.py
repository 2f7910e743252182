"""What the portfolio reports need from the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from puhui.tenancy import BankId
from servicing.book_ports import Page
from servicing.domain.account.book import LoanBook
from servicing.domain.portfolio.month_end import MonthEndLoan


class MonthEndBooks(Protocol):
    """The books that a month end is made of."""

    def open_in(self, bank_id: BankId, partition: int, *, after: str, limit: int) -> Page:
        """One page of the open loans of a partition; their logs are not read."""

    def ended_since(self, bank_id: BankId, partition: int, after: date) -> Sequence[LoanBook]:
        """The closed loans of a partition that were changed after a day; logs are not read."""

    def get(self, bank_id: BankId, loan_id: str) -> LoanBook:
        """One book with its log."""


class MonthEnds(Protocol):
    """Every loan as it stood at each month end, in the parts in which end of day walks them."""

    def keep(self, bank_id: BankId, as_of: date, part: int, loans: Sequence[MonthEndLoan]) -> None:
        """Keep a part of the book, instead of what a run before this one kept of it."""

    def read(self, bank_id: BankId, as_of: date, part: int) -> Sequence[MonthEndLoan]:
        """A part of the book; empty where none was kept."""

    def last_before(self, bank_id: BankId, as_of: date) -> date | None:
        """The last month end before a day of which something was kept."""


class PortfolioFiles(Protocol):
    """Reports as they are read and downloaded."""

    def keep(self, bank_id: BankId, as_of: date, files: Mapping[str, bytes]) -> None:
        """Keep the files of a month end, instead of those of a run before."""

    def document(self, bank_id: BankId, as_of: date) -> Mapping[str, Any]:
        """The report; raises PortfolioReportNotFound."""

    def days(self, bank_id: BankId) -> Sequence[date]:
        """The month ends that have a report, oldest first."""

    def link(self, bank_id: BankId, as_of: date, name: str, seconds: int) -> str:
        """Where a file can be downloaded for so many seconds."""
