"""Closed bills, imported statements and statement formats in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extdata.adapters.rows import bank_pk
from extdata.adapters.rows_finance import (
    BILL_SK,
    CURRENT_SK,
    BillRow,
    ChunkRow,
    CostChunk,
    CurrentStatementRow,
    RowChunk,
    StatementFormatRow,
    chunk_sk,
    chunked,
)
from extdata.domain.bill import MonthBill
from extdata.domain.statement import Statement, StatementFormat
from extdata.finance_ports import ImportedStatement
from puhui.bodies import Body, StoredRowUnreadable
from puhui.dynamodb import dynamo_errors
from puhui.errors import NotFound, StaleVersion
from puhui.tenancy import BankId

_BILL = Body(MonthBill)
_COSTS = Body(CostChunk)
_ROWS = Body(RowChunk)
_FORMAT = Body(StatementFormat)


class DynamoBills:
    """`extdata.finance_ports.Bills`; a bill is checked against its hash when it is read."""

    def find(self, bank_id: BankId, month: str) -> MonthBill | None:
        """The row, then its chunks; all strongly consistent."""
        pk = bank_pk(bank_id, "BILL", month)
        try:
            with dynamo_errors():
                row = BillRow.get(pk, BILL_SK, consistent_read=True)
        except NotFound:
            return None
        costs = [
            cost
            for body in _chunks(pk, "COSTS", row.sha256, int(row.chunks))
            for cost in _COSTS.read(body).costs
        ]
        bill = replace(_BILL.read(row.body), costs=tuple(costs))
        if bill.sha256 != row.sha256:
            raise StoredRowUnreadable("a closed bill is not what was closed", rule="bill.sha256")
        return bill

    def keep(self, bill: MonthBill) -> MonthBill:
        """Chunks first, then the row that names them, created once."""
        pk, digest = bank_pk(bill.bank_id, "BILL", bill.month), bill.sha256
        count = 0
        for number, costs in chunked(bill.costs):
            _keep_chunk(pk, chunk_sk("COSTS", digest, number), _COSTS.write(CostChunk(costs)))
            count = number + 1
        row = BillRow(
            pk, BILL_SK, body=_BILL.write(replace(bill, costs=())), sha256=digest, chunks=count
        )
        try:
            with dynamo_errors():
                row.save()
        except StaleVersion:
            stands = self.find(bill.bank_id, bill.month)
            if stands is None:
                raise
            return stands
        return bill


class DynamoStatements:
    """`extdata.finance_ports.Statements`."""

    def current(self, bank_id: BankId, provider_id: str, month: str) -> ImportedStatement | None:
        """The row, then its chunks; all strongly consistent."""
        pk = bank_pk(bank_id, "STATEMENT", provider_id, month)
        row = _current(pk)
        if row is None:
            return None
        rows = [
            one
            for body in _chunks(pk, "ROWS", row.sha256, int(row.chunks))
            for one in _ROWS.read(body).rows
        ]
        return ImportedStatement(
            statement=Statement(
                provider_id=provider_id,
                month=month,
                sha256=row.sha256,
                rows=tuple(rows),
                total_yuan=Decimal(row.total_yuan),
            ),
            file_name=row.file_name,
            imported_by=row.imported_by,
            imported_at=row.imported_at,
            first_on=row.first_on,
        )

    def keep(self, bank_id: BankId, imported: ImportedStatement) -> ImportedStatement:
        """Replace the version that was read; of two imports at once one is told to repeat."""
        statement = imported.statement
        pk = bank_pk(bank_id, "STATEMENT", statement.provider_id, statement.month)
        row = _current(pk) or CurrentStatementRow(pk, CURRENT_SK, first_on=imported.first_on)
        if row.sha256 == statement.sha256:
            stands = self.current(bank_id, statement.provider_id, statement.month)
            return stands or imported
        count = 0
        for number, rows in chunked(statement.rows):
            sk = chunk_sk("ROWS", statement.sha256, number)
            _keep_chunk(pk, sk, _ROWS.write(RowChunk(rows)))
            count = number + 1
        row.sha256, row.chunks = statement.sha256, count
        row.total_yuan = format(statement.total_yuan, "f")
        row.file_name, row.imported_by = imported.file_name, imported.imported_by
        row.imported_at = imported.imported_at
        with dynamo_errors():
            row.save()
        return replace(imported, first_on=row.first_on)


class DynamoStatementFormats:
    """`extdata.finance_ports.StatementFormats`."""

    def of(self, bank_id: BankId, provider_id: str) -> StatementFormat:
        """What is configured, or our own format."""
        row = _format(bank_id, provider_id)
        return StatementFormat() if row is None else _FORMAT.read(row.body)

    def set(self, bank_id: BankId, provider_id: str, form: StatementFormat) -> None:
        """Replace the version that was read."""
        row = _format(bank_id, provider_id) or StatementFormatRow(
            bank_pk(bank_id, "STATEMENT-FORMAT"), provider_id
        )
        row.body = _FORMAT.write(form)
        with dynamo_errors():
            row.save()


def _current(pk: str) -> CurrentStatementRow | None:
    try:
        with dynamo_errors():
            return CurrentStatementRow.get(pk, CURRENT_SK, consistent_read=True)
    except NotFound:
        return None


def _format(bank_id: BankId, provider_id: str) -> StatementFormatRow | None:
    try:
        with dynamo_errors():
            return StatementFormatRow.get(
                bank_pk(bank_id, "STATEMENT-FORMAT"), provider_id, consistent_read=True
            )
    except NotFound:
        return None


def _keep_chunk(pk: str, sk: str, body: str) -> None:
    """Create a chunk; its key holds the hash of the whole, so one that is there is the same."""
    try:
        with dynamo_errors():
            ChunkRow(pk, sk, body=body).save()
    except StaleVersion:
        return


def _chunks(pk: str, kind: str, digest: str, count: int) -> Iterator[str]:
    with dynamo_errors():
        rows = list(
            ChunkRow.query(pk, ChunkRow.sk.startswith(f"{kind}#{digest}#"), consistent_read=True)
        )
    if len(rows) != count:
        raise StoredRowUnreadable("a part of it is missing", rule="chunks.count")
    return (row.body for row in rows)
