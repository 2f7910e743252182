"""Canonical documents: what a provider sent, checked and written the one way it can be written."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extdata.adapters.canonical_documents import DefinedDocuments
from extdata.domain.errors import ConfigurationRefused, ProviderAnswerUnreadable
from extdata.ports import CanonicalDocuments
from puhui import strict_json
from puhui.columns import decode_columns, read_columns
from puhui.contracts.facts import MAX_DOCUMENT_BYTES
from puhui.fact_schemas import PRODUCTS
from tests.support.fact_documents import a_fact_document, fact_documents

DOCUMENTS: CanonicalDocuments = DefinedDocuments()


def refused(product: str, document: dict[str, Any]) -> ProviderAnswerUnreadable:
    """The refusal of a document."""
    with pytest.raises(ProviderAnswerUnreadable) as caught:
        DOCUMENTS.encode(product, document)
    return caught.value


def sampled(product: str, document: dict[str, Any]) -> Any:
    """The sample of a document."""
    return DOCUMENTS.derived(product, DOCUMENTS.encode(product, document)).sample


@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_canonical_bytes_are_the_strict_json_of_the_whole_document(
    product: str, data: st.DataObject
) -> None:
    document = data.draw(fact_documents(product))

    body = DOCUMENTS.encode(product, document)

    found = PRODUCTS[product]
    whole = dict(document)
    for name, table in found.tables.items():
        whole[name] = [{key: row.get(key) for key in table.fields} for row in document[name]]
    if "snapshot" in document:
        whole["snapshot"] = {key: document["snapshot"].get(key) for key in found.snapshot}
    assert body == strict_json.dumps(whole).encode()


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64))
def test_every_text_is_escaped_as_strict_json_does(text: str) -> None:
    document = a_fact_document("invoice/1")
    document["rows"][0]["counterparty"] = text

    assert DOCUMENTS.encode("invoice/1", document) == strict_json.dumps(document).encode()


def test_a_document_that_says_no_schema_is_one_of_the_product_asked_for() -> None:
    document = a_fact_document("tax/1")
    del document["schema"]

    assert json.loads(DOCUMENTS.encode("tax/1", document))["schema"] == "tax/1"


def test_dates_may_be_dates_already() -> None:
    document = a_fact_document("invoice/1", period_from=date(2025, 1, 1))

    assert b'"period_from":"2025-01-01"' in DOCUMENTS.encode("invoice/1", document)


BROKEN_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "an amount as text": ({"sales_fen": "秘密"}, "returns[1].sales_fen"),
    "a float": ({"sales_fen": 1.5}, "returns[1].sales_fen"),
    "too large": ({"sales_fen": 10**14}, "returns[1].sales_fen"),
    "no such day": ({"due_on": "2026-02-30"}, "returns[1].due_on"),
    "no such month": ({"period": "2026-13"}, "returns[1].period"),
    "outside the period": ({"period": "2024-01"}, "returns.period"),
    "null": ({"period": None}, "returns[1].period"),
    "a field nobody knows": ({"秘密": 1}, "returns[1]"),
}


@pytest.mark.parametrize(("change", "field"), BROKEN_ROWS.values(), ids=BROKEN_ROWS)
def test_a_row_that_breaks_its_schema_is_named_and_not_quoted(
    change: dict[str, Any], field: str
) -> None:
    document = a_fact_document("tax/1", 2)
    document["returns"][1] |= change

    error = refused("tax/1", document)

    assert (error.field, error.rule) == (field, "provider.schema")
    assert "秘密" not in f"{error} {error.__cause__}"


BROKEN_DOCUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "fewer rows than declared": ({"row_count": 3}, "row_count"),
    "more rows than declared": ({"row_count": 1}, "row_count"),
    "period backwards": ({"period_from": "2026-12-01"}, "period_to"),
    "another product": ({"schema": "tax/1"}, "schema"),
    "no table": ({"rows": None}, "rows"),
    "a table nobody knows": ({"returns": []}, "document"),
    "no source": ({"source": ""}, "source"),
    "half a surrogate": ({"source": "\ud800"}, "text"),
}


@pytest.mark.parametrize(("change", "field"), BROKEN_DOCUMENTS.values(), ids=BROKEN_DOCUMENTS)
def test_a_document_that_is_not_what_it_declares_is_refused(
    change: dict[str, Any], field: str
) -> None:
    error = refused("invoice/1", a_fact_document("invoice/1", 2) | change)

    assert (error.field, error.rule) == (field, "provider.schema")


def test_a_missing_field_is_named() -> None:
    document = a_fact_document("tax/1")
    del document["arrears"][0]["amount_fen"]

    assert refused("tax/1", document).field == "arrears[0].amount_fen"


def test_a_document_above_its_bound_in_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAX_DOCUMENT_BYTES, "tax/1", 100)

    assert refused("tax/1", a_fact_document("tax/1")).field == "size"


def test_columns_of_a_canonical_document_can_be_read() -> None:
    body = DOCUMENTS.encode("tax/1", a_fact_document("tax/1", 3))

    columns = decode_columns(DOCUMENTS.derived("tax/1", body).columns)

    assert columns.tables["returns"]["sales_fen"].tolist() == [100, 100, 100]


def test_what_is_no_document_has_no_columns() -> None:
    with pytest.raises(ProviderAnswerUnreadable) as caught:
        DOCUMENTS.derived("tax/1", b"{}")

    assert (caught.value.field, caught.value.rule) == ("schema", "provider.schema")


def test_risk_reads_a_canonical_invoice_document() -> None:
    body = DOCUMENTS.encode("invoice/1", a_fact_document("invoice/1", 2))

    assert read_columns("invoice/1", body).row_count == 2


@pytest.mark.parametrize("product", PRODUCTS)
def test_with_everything_identifying_masked_it_still_is_a_document_of_its_product(
    product: str,
) -> None:
    paths = [path for path, field in PRODUCTS[product].paths().items() if field.identifying]
    body = DOCUMENTS.encode(product, a_fact_document(product, 2))

    masked = json.loads(DOCUMENTS.masked(product, body, paths))

    for path in paths:
        table, name = path.split(".")
        rows = [masked[table]] if table == "snapshot" else masked[table]
        assert {row[name] for row in rows} <= {None, "****"}
    assert DOCUMENTS.encode(product, masked) == strict_json.dumps(masked).encode()


def test_a_mask_of_an_absent_snapshot_changes_nothing() -> None:
    document = a_fact_document("tax/1")
    del document["snapshot"]
    body = DOCUMENTS.encode("tax/1", document)

    assert DOCUMENTS.masked("tax/1", body, ["snapshot.industry"]) == body


def test_without_a_mask_the_bytes_stay() -> None:
    body = DOCUMENTS.encode("tax/1", a_fact_document("tax/1"))

    assert DOCUMENTS.masked("tax/1", body, []) == body


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("returns.colour", "mask.unknown"),
        ("colour.period", "mask.unknown"),
        ("returns", "mask.unknown"),
        ("returns.period", "mask.not_nullable"),
        ("arrears.amount_fen", "mask.not_nullable"),
    ],
)
def test_a_mask_that_cannot_be_kept_refuses_the_document(field: str, rule: str) -> None:
    body = DOCUMENTS.encode("tax/1", a_fact_document("tax/1"))

    with pytest.raises(ConfigurationRefused) as caught:
        DOCUMENTS.masked("tax/1", body, [field])

    assert (caught.value.field, caught.value.rule) == (field, rule)


def test_a_sample_counts_nulls_and_values_by_bucket() -> None:
    document = a_fact_document("tax/1", 4)
    for row, sales in zip(document["returns"], (None, 0, -5, 100), strict=True):
        row["sales_fen"] = sales

    sample = sampled("tax/1", document)

    assert sample["rows"]["returns"] == 4
    assert sample["fields"]["returns.sales_fen"] == {
        "null_ppm": 250_000,
        "counts": {"0": 1, "-2": 1, "4": 1},
    }


def test_a_sample_counts_codes_flags_dates_months_and_decimals() -> None:
    fields = sampled("utility/1", a_fact_document("utility/1"))["fields"]
    device = sampled("device/1", a_fact_document("device/1"))["fields"]

    assert fields["bills.kind"]["counts"] == {"power": 1}
    assert fields["bills.month"]["counts"] == {"5": 1}
    assert fields["events.happened_on"]["counts"] == {"5": 1}
    assert fields["bills.usage"]["counts"] == {"12": 1}
    assert device["events.staff"]["counts"] == {"true": 1}


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_sample_holds_no_text_of_the_document(product: str) -> None:
    sample = sampled(product, a_fact_document(product, 3))

    assert "甲" not in json.dumps(sample, ensure_ascii=False)
    assert all(
        "counts" not in sample["fields"][path]
        for path, field in PRODUCTS[product].paths().items()
        if field.kind == "text"
    )


def test_an_empty_table_and_an_absent_snapshot_leave_no_line_in_the_sample() -> None:
    document = a_fact_document("tax/1", 0)
    del document["snapshot"]

    assert sampled("tax/1", document)["fields"] == {}
