"""Bills and statements, in memory and in DynamoDB: whole, the first close wins; parts < 400 KB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from extdata.adapters.dynamo_bills import DynamoBills, DynamoStatementFormats, DynamoStatements
from extdata.adapters.rows import bank_pk
from extdata.adapters.rows_finance import FINANCE_ROWS, ChunkRow
from extdata.domain.bill import MonthBill
from extdata.domain.month_close import close
from extdata.domain.statement import StatementFormat
from extdata.finance_ports import Bills, ImportedStatement, StatementFormats, Statements
from infra.demo.extdata.in_memory import (
    InMemoryBills,
    InMemoryStatementFormats,
    InMemoryStatements,
)
from puhui.bodies import StoredRowUnreadable
from puhui.dynamodb import bind_table
from tests.component.extdata.storage import TABLE, account
from tests.support.extdata_bills import MONTH, PROVIDER, a_call, a_price_list, a_statement, rows_of
from tests.support.extdata_records import BANK, NOON, OTHER_BANK, TODAY

CALLS = 1_500
"""Three parts."""
MAX_ITEM_BYTES = 400 * 1024


@dataclass(frozen=True)
class Books:
    """The storage ports of finance, of one kind."""

    bills: Bills
    statements: Statements
    formats: StatementFormats


@pytest.fixture
def table() -> Iterator[None]:
    with account():
        bind_table(TABLE, *FINANCE_ROWS)
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        return Books(InMemoryBills(), InMemoryStatements(), InMemoryStatementFormats())
    request.getfixturevalue("table")
    return Books(DynamoBills(), DynamoStatements(), DynamoStatementFormats())


def a_closed_bill(calls: int = CALLS) -> MonthBill:
    events = [a_call(number) for number in range(calls)]
    return replace(close(BANK, MONTH, [a_price_list()], events), closed_at=NOON)


def an_import(bill: MonthBill) -> ImportedStatement:
    return ImportedStatement(
        statement=a_statement(rows_of(bill)),
        file_name="对账单.csv",
        imported_by="fin-1",
        imported_at=NOON,
        first_on=TODAY,
    )


def test_a_large_bill_comes_back_as_it_was_closed(books: Books) -> None:
    bill = a_closed_bill()
    books.bills.keep(bill)

    assert books.bills.find(BANK, MONTH) == bill


def test_no_part_of_a_bill_or_a_statement_is_near_the_size_limit(table: None) -> None:
    bill = a_closed_bill()
    DynamoBills().keep(bill)
    DynamoStatements().keep(BANK, an_import(bill))

    sizes = [len(row.body.encode()) for row in ChunkRow.scan(ChunkRow.sk.contains("#"))]

    assert (len(sizes), max(sizes) < MAX_ITEM_BYTES) == (6, True)


def test_of_two_closes_the_first_stands(books: Books) -> None:
    first = a_closed_bill(calls=2)
    books.bills.keep(first)

    stands = books.bills.keep(a_closed_bill(calls=3))

    assert stands == first


def test_a_bill_that_lost_a_part_is_not_shown(table: None) -> None:
    bill = a_closed_bill()
    DynamoBills().keep(bill)
    pk = bank_pk(BANK, "BILL", MONTH)
    next(iter(ChunkRow.query(pk, ChunkRow.sk.startswith("COSTS#")))).delete()

    with pytest.raises(StoredRowUnreadable):
        DynamoBills().find(BANK, MONTH)


def test_another_bank_has_no_such_bill(books: Books) -> None:
    books.bills.keep(a_closed_bill(calls=1))

    assert books.bills.find(OTHER_BANK, MONTH) is None


def test_a_corrected_statement_replaces_the_first_and_keeps_its_day(books: Books) -> None:
    statements = books.statements
    statements.keep(BANK, an_import(a_closed_bill(calls=2)))
    later = replace(an_import(a_closed_bill(calls=3)), first_on=TODAY + timedelta(days=9))

    statements.keep(BANK, later)

    current = statements.current(BANK, PROVIDER, MONTH)
    assert current is not None
    assert (len(current.statement.rows), current.first_on) == (3, TODAY)


def test_a_format_comes_back_as_it_was_set(books: Books) -> None:
    form = StatementFormat(columns={"request_no": ("流水号",)}, connectors={"A1": "sbx-tax"})
    books.formats.set(BANK, PROVIDER, form)

    assert books.formats.of(BANK, PROVIDER) == form


def test_the_same_file_again_is_answered_as_it_stands(books: Books) -> None:
    first = books.statements.keep(BANK, an_import(a_closed_bill(calls=2)))

    again = books.statements.keep(
        BANK, replace(an_import(a_closed_bill(calls=2)), imported_by="fin-2")
    )

    assert (again, again.imported_by) == (first, "fin-1")
