"""The columnar codec of invoice/1: what it reads and refuses, and that it agrees with pydantic."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from puhui.columns import DocumentNotReadable, decode_columns, encode_columns, read_columns
from puhui.contracts.facts import MAX_DOCUMENT_BYTES, InvoiceDocument
from tests.support.risk import Row, a_document, an_invoice, columns_of, numbered
from tests.unit.risk.strategies import invoices

BROKEN_ROWS: dict[str, Any] = {
    "a float amount": {"amount_fen": 1.5},
    "an amount in text": {"amount_fen": "100"},
    "an amount above every bank": {"amount_fen": 10**14},
    "a truth value as amount": {"amount_fen": True},
    "no amount": {"amount_fen": None},
    "a third direction": {"direction": "sideways"},
    "a third status": {"status": "lost"},
    "a day that does not exist": {"issued_on": "2026-02-30"},
    "a day in another notation": {"issued_on": "2026/02/03"},
    "an empty counterparty": {"counterparty": ""},
    "a long counterparty": {"counterparty": "x" * 65},
    "an empty number": {"number": ""},
    "an unknown field": {"colour": "red"},
}


@pytest.mark.parametrize("change", BROKEN_ROWS.values(), ids=BROKEN_ROWS.keys())
def test_a_row_that_breaks_the_schema_makes_the_document_unreadable(change: Row) -> None:
    body = a_document([an_invoice() | change])

    with pytest.raises(DocumentNotReadable) as caught:
        read_columns("invoice/1", body)
    assert caught.value.rule == "schema"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"row_count": 2}, "rows"),
        ({"row_count": 0}, "rows"),
        ({"period_from": "2026-08-01"}, "period"),
        ({"period_to": "2026-07-09"}, "period"),
        ({"period_from": "2026-07-11"}, "period"),
        ({"schema": "invoice/2"}, "schema"),
        ({"source": ""}, "schema"),
        ({"extra": 1}, "schema"),
        ({"rows": "none"}, "schema"),
        ({"row_count": 200_001}, "schema"),
    ],
)
def test_a_document_that_is_not_what_it_declares_is_unreadable(changes: Row, rule: str) -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        read_columns("invoice/1", a_document([an_invoice()], **changes))
    assert caught.value.rule == rule


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"NaN", b'{"rows": NaN}'])
def test_what_is_not_json_of_a_document_is_unreadable(body: bytes) -> None:
    with pytest.raises(DocumentNotReadable):
        read_columns("invoice/1", body)


def test_a_document_above_the_largest_size_is_not_even_parsed() -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        read_columns("invoice/1", b" " * (MAX_DOCUMENT_BYTES["invoice/1"] + 1))
    assert caught.value.rule == "size"


def test_a_refusal_never_quotes_the_document() -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        columns_of([an_invoice(counterparty="91340100MA2ABCD13N", amount_fen="secret")])
    assert "9134" not in str(caught.value)


def test_a_firm_without_invoices_has_empty_columns() -> None:
    columns = columns_of([])

    assert columns.row_count == 0
    assert columns.tables["rows"]["amount_fen"].dtype == np.dtype(np.int64)


@settings(max_examples=50, deadline=None)
@given(rows=invoices())
def test_columns_hold_exactly_the_rows(rows: list[Row]) -> None:
    columns = columns_of(rows)

    table, legends = columns.tables["rows"], columns.legends["rows"]
    back = [
        (str(day), legends["direction"][side], int(fen), legends["status"][status])
        for day, side, fen, status in zip(
            table["issued_on"].astype("datetime64[D]"),
            table["direction"],
            table["amount_fen"],
            table["status"],
            strict=True,
        )
    ]
    assert back == [(r["issued_on"], r["direction"], r["amount_fen"], r["status"]) for r in rows]


def test_reading_and_decoding_what_was_encoded_give_the_same_columns() -> None:
    body = a_document(numbered([an_invoice(), an_invoice(counterparty="B2", status="void")]))

    read, stored = (
        read_columns("invoice/1", body),
        decode_columns(encode_columns("invoice/1", body)),
    )

    for name, values in read.tables["rows"].items():
        assert values.tolist() == stored.tables["rows"][name].tolist()
    assert (read.text_bytes, read.legends) == (stored.text_bytes, stored.legends)


@settings(max_examples=30, deadline=None)
@given(rows=invoices(max_size=5))
def test_what_the_published_schema_accepts_is_readable(rows: list[Row]) -> None:
    body = a_document(rows)

    InvoiceDocument.model_validate_json(body)
    assert read_columns("invoice/1", body).row_count == len(rows)


@pytest.mark.parametrize("change", BROKEN_ROWS.values(), ids=BROKEN_ROWS.keys())
def test_what_the_published_schema_refuses_is_unreadable(change: Row) -> None:
    body = json.loads(a_document([an_invoice() | change]))

    with pytest.raises(ValidationError):
        InvoiceDocument.model_validate_json(json.dumps(body))
