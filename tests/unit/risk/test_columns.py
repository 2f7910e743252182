"""The columnar codec of invoice/1: what it reads and refuses, and that it agrees with pydantic."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from puhui.columns import DocumentNotReadable, decode_invoices
from puhui.contracts.facts import MAX_DOCUMENT_BYTES, InvoiceDocument
from tests.support.risk import Row, a_document, an_invoice, columns_of
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
        decode_invoices(body)
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
        decode_invoices(a_document([an_invoice()], **changes))
    assert caught.value.rule == rule


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"NaN", b'{"rows": NaN}'])
def test_what_is_not_json_of_a_document_is_unreadable(body: bytes) -> None:
    with pytest.raises(DocumentNotReadable):
        decode_invoices(body)


def test_a_document_above_the_largest_size_is_not_even_parsed() -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        decode_invoices(b" " * (MAX_DOCUMENT_BYTES["invoice/1"] + 1))
    assert caught.value.rule == "size"


def test_a_refusal_never_quotes_the_document() -> None:
    with pytest.raises(DocumentNotReadable) as caught:
        columns_of([an_invoice(counterparty="91340100MA2ABCD13N", amount_fen="secret")])
    assert "9134" not in str(caught.value)


def test_a_firm_without_invoices_has_empty_columns() -> None:
    columns = columns_of([])

    assert (len(columns), columns.counterparties) == (0, 0)
    assert columns.amount_fen.dtype == np.dtype(np.int64)


@settings(max_examples=50, deadline=None)
@given(rows=invoices())
def test_columns_hold_exactly_the_rows(rows: list[Row]) -> None:
    columns = columns_of(rows)

    back = [
        (str(day), "out" if out else "in", int(fen), "valid" if valid else "void")
        for day, out, fen, valid in zip(
            columns.day.astype("datetime64[D]"),
            columns.outgoing,
            columns.amount_fen,
            columns.valid,
            strict=True,
        )
    ]
    assert back == [(r["issued_on"], r["direction"], r["amount_fen"], r["status"]) for r in rows]


def test_repeated_rows_are_dropped_and_counted() -> None:
    columns = columns_of([an_invoice(), an_invoice(), an_invoice(number="2"), an_invoice()])

    assert (len(columns), columns.row_count, columns.repeated_rows) == (2, 4, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"issued_on": "2026-07-11"},
        {"direction": "in"},
        {"status": "void"},
        {"counterparty": "B2"},
        {"amount_fen": 1},
        {"tax_fen": 1},
        {"total_fen": 1},
    ],
)
def test_the_same_number_with_anything_else_different_is_another_invoice(change: Row) -> None:
    """Two series may share a number, and masked data has lost the series."""
    assert len(columns_of([an_invoice(), an_invoice(**change)])) == 2


@settings(max_examples=30, deadline=None)
@given(rows=invoices(max_size=5))
def test_what_the_published_schema_accepts_is_readable(rows: list[Row]) -> None:
    body = a_document(rows)

    InvoiceDocument.model_validate_json(body)
    assert len(decode_invoices(body)) == len(rows)


@pytest.mark.parametrize("change", BROKEN_ROWS.values(), ids=BROKEN_ROWS.keys())
def test_what_the_published_schema_refuses_is_unreadable(change: Row) -> None:
    body = json.loads(a_document([an_invoice() | change]))

    with pytest.raises(ValidationError):
        InvoiceDocument.model_validate_json(json.dumps(body))
