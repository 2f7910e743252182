"""What closing and reconciling a month need from the world outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from extdata.domain.bill import MonthBill
from extdata.domain.statement import Line, Statement, StatementFormat
from puhui.tenancy import BankId


class Bills(Protocol):
    """Closed bills; none is ever changed."""

    def find(self, bank_id: BankId, month: str) -> MonthBill | None:
        """The closed bill, or None while the month is open."""
        ...

    def keep(self, bill: MonthBill) -> MonthBill:
        """Keep a closed bill and answer what stands then: the first one wins."""
        ...


class BillSignals(Protocol):
    """Business metrics of bills."""

    def closed(self, bill: MonthBill) -> None:
        """A month was closed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedStatement:
    """A statement with how it came in."""

    statement: Statement
    file_name: str
    imported_by: str
    imported_at: datetime
    first_on: date
    """Accounting day on which the first statement of this provider and month came in."""


class Statements(Protocol):
    """Statements as providers sent them."""

    def current(self, bank_id: BankId, provider_id: str, month: str) -> ImportedStatement | None:
        """The newest one of a month."""
        ...

    def keep(self, bank_id: BankId, imported: ImportedStatement) -> ImportedStatement:
        """Make it the current one; the file that is current already is answered as it stands."""
        ...


class StatementFormats(Protocol):
    """How providers name the columns of their statements."""

    def of(self, bank_id: BankId, provider_id: str) -> StatementFormat:
        """The provider's format; our own where nothing is configured."""
        ...

    def set(self, bank_id: BankId, provider_id: str, form: StatementFormat) -> None:
        """Replace the provider's format."""
        ...


class StatementFiles(Protocol):
    """Reads files that people were sent."""

    def lines(self, content: bytes) -> Iterator[Line]:
        """The lines of a CSV or XLSX file, or StatementNotReadable."""
        ...
