"""msgspec's invoice/1 and the published contract are one schema: the same verdict, faster."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from intake.adapters.msgspec_fact_schemas import MsgspecFactSchemas
from intake.domain.document import DOCUMENT_PRODUCTS
from puhui.contracts.facts import (
    FACT_PRODUCTS,
    INVOICE_SCHEMA,
    MAX_DOCUMENT_BYTES,
    InvoiceDocument,
)
from tests.support.fact_documents import a_fact_document, fact_bytes
from tests.support.intake_builders import an_invoice, an_invoice_document, invoice_bytes

SCHEMAS = MsgspecFactSchemas()
BIG_FIRM_ROWS = 34_000
BIG_FIRM_SECONDS = 2.0
"""Generous for a loaded machine; pydantic's own models need several times of what is measured."""


def _pydantic_accepts(body: bytes) -> bool:
    try:
        InvoiceDocument.model_validate_json(body)
    except ValidationError:
        return False
    return True


def _msgspec_accepts(body: bytes) -> bool:
    return SCHEMAS.refusal(INVOICE_SCHEMA, body) is None


ODD_DOCUMENTS: dict[str, bytes] = {
    "whole": invoice_bytes(),
    "no rows": invoice_bytes(0),
    "schema left out": json.dumps(
        {k: v for k, v in an_invoice_document().items() if k != "schema"}
    ).encode(),
    "schema by its python name": json.dumps(
        {"schema_id" if k == "schema" else k: v for k, v in an_invoice_document().items()}
    ).encode(),
    "another schema": invoice_bytes(schema="invoice/2"),
    "one row less than declared": invoice_bytes(row_count=3),
    "period backwards": invoice_bytes(period_from="2020-03-01"),
    "unknown field": invoice_bytes(note="x"),
    "unknown row field": invoice_bytes(1, rows=[an_invoice(note="x")]),
    "missing row field": invoice_bytes(
        1, rows=[{k: v for k, v in an_invoice().items() if k != "tax_fen"}]
    ),
    "amount as float": invoice_bytes(1, rows=[an_invoice(amount_fen=1.0)]),
    "amount as text": invoice_bytes(1, rows=[an_invoice(amount_fen="100")]),
    "amount as boolean": invoice_bytes(1, rows=[an_invoice(amount_fen=True)]),
    "amount null": invoice_bytes(1, rows=[an_invoice(amount_fen=None)]),
    "amount too large": invoice_bytes(1, rows=[an_invoice(amount_fen=10**13 + 1)]),
    "largest amount": invoice_bytes(1, rows=[an_invoice(amount_fen=10**13)]),
    "most negative amount": invoice_bytes(1, rows=[an_invoice(amount_fen=-(10**13))]),
    "huge amount": invoice_bytes(1, rows=[an_invoice(amount_fen=10**30)]),
    "NaN": invoice_bytes().replace(b"10000", b"NaN", 1),
    "Infinity": invoice_bytes().replace(b"10000", b"Infinity", 1),
    "exponent": invoice_bytes().replace(b"10000", b"1e4", 1),
    "date that does not exist": invoice_bytes(1, rows=[an_invoice(issued_on="2020-02-30")]),
    "date without zeros": invoice_bytes(1, rows=[an_invoice(issued_on="2020-1-5")]),
    "date empty": invoice_bytes(1, rows=[an_invoice(issued_on="")]),
    "number empty": invoice_bytes(1, rows=[an_invoice(number="")]),
    "number of 32": invoice_bytes(1, rows=[an_invoice(number="9" * 32)]),
    "number of 33": invoice_bytes(1, rows=[an_invoice(number="9" * 33)]),
    "counterparty of 64 characters": invoice_bytes(1, rows=[an_invoice(counterparty="公" * 64)]),
    "counterparty of 65 characters": invoice_bytes(1, rows=[an_invoice(counterparty="公" * 65)]),
    "unknown direction": invoice_bytes(1, rows=[an_invoice(direction="both")]),
    "unknown status": invoice_bytes(1, rows=[an_invoice(status="draft")]),
    "rows as object": invoice_bytes(1, rows={"0": an_invoice()}),
    "rows null": invoice_bytes(0, rows=None),
    "row count negative": invoice_bytes(0, row_count=-1),
    "row count as text": invoice_bytes(0, row_count="0"),
    "a list": b"[]",
    "null": b"null",
    "nothing": b"",
    "broken": invoice_bytes()[:-1],
    "two documents": invoice_bytes() * 2,
    "byte order mark": b"\xef\xbb\xbf" + invoice_bytes(),
    "not UTF-8": invoice_bytes().replace("甲".encode(), b"\xff", 1),
    "half a surrogate": invoice_bytes().replace("甲".encode(), b"\\ud800", 1),
    "trailing space": invoice_bytes() + b"  \n",
    "deeply nested": b"[" * 100_000,
}


@pytest.mark.parametrize("name", ODD_DOCUMENTS)
def test_both_schemas_give_the_same_verdict(name: str) -> None:
    body = ODD_DOCUMENTS[name]

    assert _msgspec_accepts(body) is _pydantic_accepts(body)


def test_the_list_of_odd_documents_holds_good_and_bad_ones() -> None:
    verdicts = [_msgspec_accepts(body) for body in ODD_DOCUMENTS.values()]

    assert verdicts.count(True) >= 7
    assert verdicts.count(False) >= 30


@pytest.mark.parametrize("issued_on", [1_577_836_800, "2020-01-15T00:00:00", "1577836800"])
def test_a_timestamp_is_no_date_although_pydantic_alone_would_take_it(issued_on: object) -> None:
    body = invoice_bytes(1, rows=[an_invoice(issued_on=issued_on)])

    assert (_pydantic_accepts(body), _msgspec_accepts(body)) == (True, False)


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.sampled_from(["out", "in", "valid", "void", "2020-01-01", "2020-13-01", "invoice/1", 0, 1]),
)


def _is_timestamp(value: object) -> bool:
    """What only pydantic reads as a date."""
    if isinstance(value, (int, float)):
        return True
    return isinstance(value, str) and (len(value) > 10 or value.lstrip("+-.").isdigit())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_a_document_both_agree(data: st.DataObject) -> None:
    document = an_invoice_document(2)
    target = data.draw(st.sampled_from([document, document["rows"][0], document["rows"][1]]))
    name = data.draw(st.sampled_from(sorted(target)))
    value = data.draw(SCALARS)
    if name in {"issued_on", "period_from", "period_to"} and _is_timestamp(value):
        return
    target[name] = value
    body = json.dumps(document).encode("utf-8", "surrogatepass")

    assert _msgspec_accepts(body) is _pydantic_accepts(body)


def test_a_firm_with_34_000_invoices_fits_and_is_checked_quickly() -> None:
    body = invoice_bytes(BIG_FIRM_ROWS)

    started = time.perf_counter()
    accepted = _msgspec_accepts(body)
    seconds = time.perf_counter() - started

    assert accepted
    assert len(body) < MAX_DOCUMENT_BYTES[INVOICE_SCHEMA]
    assert seconds < BIG_FIRM_SECONDS


@pytest.mark.parametrize("product", FACT_PRODUCTS)
def test_a_document_of_every_fact_product_can_be_brought_and_is_checked(product: str) -> None:
    whole = a_fact_document(product, 2)

    assert DOCUMENT_PRODUCTS[product].is_fact
    assert SCHEMAS.refusal(product, fact_bytes(whole)) is None
    assert SCHEMAS.refusal(product, fact_bytes(whole | {"row_count": 1})) == "schema"
    assert SCHEMAS.refusal(product, fact_bytes(whole | {"period_from": "2030-01-01"})) == "schema"
    assert SCHEMAS.refusal(product, fact_bytes(whole | {"extra": 1})) == "schema"
    assert SCHEMAS.refusal(product, fact_bytes(whole)[:-1]) == "json"
