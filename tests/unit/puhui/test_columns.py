"""The columnar form of fact documents: every value is where it was, and nothing else is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from puhui.columns import DocumentNotReadable, FactColumns, decode_columns, encode_columns
from puhui.contracts.facts import MAX_DOCUMENT_BYTES
from puhui.fact_schemas import PRODUCTS, Field
from tests.support.fact_documents import a_fact_document, fact_bytes, fact_documents

EPOCH = date(1970, 1, 1)


def columns_of(product: str, **changes: Any) -> bytes:
    """The columns of an example."""
    return encode_columns(product, fact_bytes(a_fact_document(product, **changes)))


def read(columns: FactColumns, table: str, name: str, field: Field, row: int) -> Any:
    """One value of the columns in the document's own form."""
    value = columns.tables[table][name][row]
    nulls = columns.nulls[table].get(name)
    if nulls is not None and nulls[row]:
        return None
    readings: dict[str, Callable[[int], Any]] = {
        "text": columns.text,
        "code": lambda number: columns.legends[table][name][number],
        "date": lambda days: (EPOCH + timedelta(days)).isoformat(),
        "month": lambda months: f"{1970 + months // 12}-{months % 12 + 1:02}",
        "decimal": lambda number: Decimal(number).scaleb(-6),
    }
    return readings.get(field.kind, lambda number: number)(value.item())


@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_columns_hold_every_value_of_the_document(product: str, data: st.DataObject) -> None:
    document = data.draw(fact_documents(product))

    columns = decode_columns(encode_columns(product, fact_bytes(document)))

    found = PRODUCTS[product]
    tables = {name: (table.fields, document[name]) for name, table in found.tables.items()}
    if found.snapshot:
        tables["snapshot"] = (
            found.snapshot,
            [document["snapshot"]] if "snapshot" in document else [],
        )
    assert columns.tables.keys() == tables.keys()
    for table, (fields, rows) in tables.items():
        for name, field in fields.items():
            assert len(columns.tables[table][name]) == len(rows)
            for number, row in enumerate(rows):
                expected = row.get(name)
                if field.kind == "decimal" and expected is not None:
                    expected = Decimal(expected)
                assert read(columns, table, name, field, number) == expected


@pytest.mark.parametrize("product", PRODUCTS)
def test_columns_say_what_they_are_columns_of(product: str) -> None:
    columns = decode_columns(columns_of(product, rows=2))

    assert (columns.product, columns.source) == (product, "测试来源")
    assert (columns.period_from, columns.period_to) == (date(2025, 3, 10), date(2026, 2, 20))
    assert columns.row_count == 2 * len(PRODUCTS[product].tables)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_same_document_gives_the_same_bytes_and_numpy_reads_them_without_pickle(
    product: str,
) -> None:
    first, second = columns_of(product), columns_of(product)

    with np.load(io.BytesIO(first), allow_pickle=False) as loaded:
        assert set(loaded) == {"header", "i8", "i4", "u1", "text", "text_ends"}
    assert first == second


def test_equal_texts_of_two_tables_have_equal_numbers() -> None:
    columns = decode_columns(columns_of("bureau/1"))

    accounts, payments = (columns.tables[t]["account_no"] for t in ("accounts", "payments"))
    assert accounts.tolist() == payments.tolist()


def test_arrays_have_the_types_that_indicators_count_on() -> None:
    columns = decode_columns(columns_of("bank_flow/1")).tables["transactions"]

    assert {name: str(columns[name].dtype) for name in ("amount_fen", "booked_on", "related")} == {
        "amount_fen": "int64",
        "booked_on": "int32",
        "related": "bool",
    }


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"row_count": 1}, "rows"),
        ({"period_from": "2026-12-01"}, "period"),
        ({"period_to": "2025-05-31"}, "period"),
        ({"schema": "tax/2"}, "schema"),
        ({"extra": 1}, "schema"),
    ],
)
def test_a_document_that_is_not_what_it_declares_has_no_columns(
    changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        columns_of("tax/1", **changes)

    assert caught.value.rule == rule


@pytest.mark.parametrize("body", [b"{", b'{"source":"\xff"}', b""])
def test_what_is_no_json_has_no_columns(body: bytes) -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        encode_columns("tax/1", body)

    assert caught.value.rule == "json"


def test_a_document_above_its_bound_is_not_even_parsed() -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        encode_columns("utility/1", b" " * (MAX_DOCUMENT_BYTES["utility/1"] + 1))

    assert caught.value.rule == "size"


def _repacked(data: bytes, how: int, **members: Any) -> bytes:
    """The same archive with another compression or other arrays; None leaves an array out."""
    with np.load(io.BytesIO(data)) as loaded:
        arrays = dict(loaded) | members
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as archive:
        for name, array in arrays.items():
            if array is not None:
                content = io.BytesIO()
                np.lib.format.write_array(content, array)
                archive.writestr(f"{name}.npy", content.getvalue())
    return whole.getvalue()


STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
FOREIGN: dict[str, bytes] = {
    "nothing": b"",
    "cut short": columns_of("tax/1")[:-50],
    "no archive": b"{}" * 100,
    "compressed, so of any size": _repacked(columns_of("tax/1"), DEFLATED),
    "without amounts": _repacked(columns_of("tax/1"), STORED, i8=None),
    "amounts as floats": _repacked(columns_of("tax/1"), STORED, i8=np.zeros(9)),
    "fewer amounts": _repacked(columns_of("tax/1"), STORED, i8=np.zeros(1, np.int64)),
    "pickled objects": _repacked(columns_of("tax/1"), STORED, i8=np.array([{}], object)),
    "another header": _repacked(
        columns_of("tax/1"), STORED, header=np.frombuffer(b'{"codec":2}', np.uint8)
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_columns_that_were_not_written_here_are_not_read(name: str) -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        decode_columns(FOREIGN[name])

    assert caught.value.rule == "columns"


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10**6), value=st.integers(1, 255))
@example(at=256_269, value=1)
@example(at=256_269, value=32)
def test_a_flipped_byte_is_noticed_or_harmless(at: int, value: int) -> None:
    whole = bytearray(columns_of("multi_lender/1"))
    whole[at % len(whole)] ^= value

    try:
        columns = decode_columns(bytes(whole))
    except DocumentNotReadable:
        return

    assert columns.tables["queries"]["org"].tolist() == [0]
