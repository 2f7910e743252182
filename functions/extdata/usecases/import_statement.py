"""Import a provider's statement (导入对账单): whole or not at all, each file once."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdata.domain.archive import sha256
from extdata.domain.bill import month_days
from extdata.domain.statement import read_statement
from extdata.finance_ports import ImportedStatement, StatementFiles, StatementFormats, Statements
from extdata.ports import Providers
from puhui.clock import BusinessCalendar, Clock
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStatementCommand:
    """A file as somebody uploads it."""

    bank_id: BankId
    provider_id: str
    month: str
    file_name: str
    content: bytes = field(repr=False)
    imported_by: str


@dataclass(frozen=True)
class ImportStatement:
    """Read a statement and make it the current one of its provider and month."""

    providers: Providers
    files: StatementFiles
    formats: StatementFormats
    statements: Statements
    calendar: BusinessCalendar
    clock: Clock

    def __call__(self, command: ImportStatementCommand) -> ImportedStatement:
        """The same file again changes nothing; another one replaces what was current."""
        month_days(command.month)
        self.providers.get(command.bank_id, command.provider_id)
        digest = sha256(command.content)
        known = self.statements.current(command.bank_id, command.provider_id, command.month)
        if known is not None and known.statement.sha256 == digest:
            return known
        statement = read_statement(
            self.files.lines(command.content),
            self.formats.of(command.bank_id, command.provider_id),
            provider_id=command.provider_id,
            month=command.month,
            sha256=digest,
        )
        return self.statements.keep(
            command.bank_id,
            ImportedStatement(
                statement=statement,
                file_name=command.file_name,
                imported_by=command.imported_by,
                imported_at=self.clock.now(),
                first_on=self.calendar.today() if known is None else known.first_on,
            ),
        )
