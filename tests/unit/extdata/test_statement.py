"""Statements: every encoding and workbook we accept; whatever is unreadable names its place."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from extdata.adapters.statement_files import PlainStatementFiles
from extdata.domain.errors import StatementNotReadable
from extdata.domain.statement import (
    MAX_FILE_BYTES,
    STANDARD,
    Statement,
    StatementFormat,
    read_statement,
)
from tests.support.extdata_bills import MONTH, PROVIDER, statement_bytes

HIT = ["no-1", "2026-11-02 12:00:00", "sbx-tax-returns", "查得", "是", "0.80", "0.80"]
FEE = ["", "", "sbx-tax-returns", "包月费", "是", "100.00", "100.00"]


def read(content: bytes, form: StatementFormat | None = None) -> Statement:
    return read_statement(
        PlainStatementFiles().lines(content),
        form or StatementFormat(),
        provider_id=PROVIDER,
        month=MONTH,
        sha256="0" * 64,
    )


def a_workbook(*rows: list[Any], heading: list[str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (heading or list(STANDARD.values()), *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def a_bomb(unpacked: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * unpacked)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_reads_the_same_in_every_accepted_encoding(encoding: str) -> None:
    content = statement_bytes([HIT, FEE]).decode().encode(encoding)

    statement = read(content)

    assert [row.fee for row in statement.rows] == [None, "package"]
    assert statement.total_yuan == Decimal("100.80")


def test_a_workbook_reads_like_the_csv_file() -> None:
    hit = [*HIT[:5], 0.8, 0.8]
    total = ["合计", None, None, None, None, None, 0.1 + 0.7]

    statement = read(a_workbook(hit, total))

    assert statement.rows == read(statement_bytes([HIT])).rows
    assert statement.total_yuan == Decimal("0.8")


def test_a_formula_is_not_calculated() -> None:
    content = a_workbook([*HIT[:6], "=0.4+0.4"], ["合计", *[None] * 5, 0.8])

    with pytest.raises(StatementNotReadable) as raised:
        read(content)

    assert "line 2, column 金额(元)" in str(raised.value)


def test_a_workbook_that_unpacks_too_far_is_not_opened() -> None:
    with pytest.raises(StatementNotReadable) as raised:
        read(a_bomb(unpacked=5_000_000))

    assert raised.value.rule == "statement.bomb"


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    with pytest.raises(StatementNotReadable) as raised:
        read(a_bomb(unpacked=65 * 1024 * 1024))

    assert raised.value.rule == "statement.bomb"


def test_a_file_above_the_cap_is_refused() -> None:
    with pytest.raises(StatementNotReadable) as raised:
        read(b"a" * (MAX_FILE_BYTES + 1))

    assert raised.value.rule == "statement.size"


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_are_a_statement_by_accident(noise: bytes, zipped: bool) -> None:
    with pytest.raises(StatementNotReadable):
        read(b"PK\x03\x04" + noise if zipped else noise)


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        (0, "no 1", "statement.identifier"),
        (0, "", "statement.missing"),
        (2, "../x", "statement.identifier"),
        (4, "也许", "statement.yes_no"),
        (5, "0,8O", "statement.amount"),
        (6, "1e3", "statement.amount"),
        (6, "0.1234567", "statement.amount"),
        (6, "NaN", "statement.amount"),
    ],
)
def test_a_bad_cell_names_line_and_column_and_not_its_text(
    column: int, cell: str, rule: str
) -> None:
    rows = [HIT, [*HIT[:column], cell, *HIT[column + 1 :]]]
    content = statement_bytes([HIT, HIT]).decode().splitlines()
    content[2] = ",".join(f'"{one}"' for one in rows[1])

    with pytest.raises(StatementNotReadable) as raised:
        read("\n".join(content).encode())

    heading = list(STANDARD.values())[column]
    assert (raised.value.rule, raised.value.field) == (rule, heading)
    assert str(raised.value).startswith(f"line 3, column {heading}")


def test_a_missing_column_is_named() -> None:
    content = statement_bytes([HIT]).decode().replace("单价(元)", "备注").encode()

    with pytest.raises(StatementNotReadable) as raised:
        read(content)

    assert (raised.value.field, raised.value.rule) == ("单价(元)", "statement.column")


def test_a_statement_without_total_is_refused() -> None:
    content = b"\n".join(statement_bytes([HIT]).splitlines()[:-1])

    with pytest.raises(StatementNotReadable) as raised:
        read(content)

    assert raised.value.rule == "statement.total"


def test_a_row_after_the_total_is_refused() -> None:
    content = statement_bytes([HIT]) + ",".join(HIT).encode()

    with pytest.raises(StatementNotReadable) as raised:
        read(content)

    assert raised.value.rule == "statement.total_last"


def test_a_providers_own_headings_and_connector_names_are_read() -> None:
    form = StatementFormat(
        columns={"request_no": ("流水号",)}, connectors={"A-17": "sbx-tax-returns"}
    )
    heading = ["流水号", *list(STANDARD.values())[1:]]
    row = [*HIT[:2], "A-17", *HIT[3:]]

    statement = read(a_workbook(row, ["合计", *[""] * 5, "0.80"], heading=heading), form)

    assert [one.connector_id for one in statement.rows] == ["sbx-tax-returns"]


def test_full_width_brackets_and_grouped_thousands_are_read() -> None:
    text = statement_bytes([HIT]).decode().replace("单价(元)", "单价（元）")
    content = text.replace("0.80,0.80", '"1,234.50","1,234.50"').encode()

    statement = read(content)

    assert statement.rows[0].amount_yuan == Decimal("1234.50")
