"""What closing a month, reconciling it and measuring quality need from the world outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from extdata.domain.bill import MonthBill
from extdata.domain.quality import DayQuality, FieldCounts
from extdata.domain.seal import ChainSeal
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


class QualityDays(Protocol):
    """Measured days."""

    def save(self, day: DayQuality) -> None:
        """Keep a day of a connector; measuring it again replaces it."""
        ...

    def of_day(self, bank_id: BankId, on: date) -> Sequence[DayQuality]:
        """Every connector of a day, by id."""
        ...

    def reference(
        self, bank_id: BankId, connector_id: str, before: date
    ) -> Mapping[str, FieldCounts]:
        """Value counts per field of the first REFERENCE_DAYS days with data before a day."""
        ...


class QualitySignals(Protocol):
    """Business metrics of quality."""

    def measured(self, day: DayQuality) -> None:
        """A connector's day was measured."""
        ...


class AuditSeals(Protocol):
    """Heads of audit chains, kept where nobody can change them."""

    def keep(self, seal: ChainSeal) -> None:
        """Keep a seal; the same one twice is one."""
        ...

    def of_day(self, bank_id: BankId, day: str) -> Sequence[ChainSeal]:
        """Every seal of a day's chains."""
        ...


class Banks(Protocol):
    """Which banks there are."""

    def all(self) -> Sequence[BankId]:
        """Every bank that has audit records, by id."""
        ...
