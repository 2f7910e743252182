"""Fact documents of every product, made from the definitions: one example, and random ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from puhui.fact_schemas import PRODUCTS, Field, Product

FIRST_DAY = date(2025, 3, 10)
LAST_DAY = date(2026, 2, 20)
MONTHS = ("2025-03", "2025-09", "2026-02")
EXAMPLES: Mapping[str, Any] = {
    "text": "甲",
    "int": 1,
    "fen": 100,
    "decimal": "12.5",
    "flag": True,
    "date": "2025-06-01",
    "month": "2025-06",
}


def a_fact_document(product: str, rows: int = 1, **changes: Any) -> dict[str, Any]:
    """A document with so many rows in every table, every field filled."""
    found = PRODUCTS[product]
    document: dict[str, Any] = _frame(found, rows * len(found.tables)) | {
        name: [_example(table.fields) for _ in range(rows)] for name, table in found.tables.items()
    }
    if found.snapshot:
        document["snapshot"] = _example(found.snapshot)
    return document | changes


def fact_bytes(document: Mapping[str, Any]) -> bytes:
    """The document as it travels."""
    return json.dumps(document, ensure_ascii=False).encode()


@st.composite
def fact_documents(draw: st.DrawFn, product: str, max_rows: int = 5) -> dict[str, Any]:
    """Any valid document of a product; fields that may be empty are null, left out or filled."""
    found = PRODUCTS[product]
    tables = {
        name: draw(st.lists(_objects(table.fields), max_size=max_rows))
        for name, table in found.tables.items()
    }
    document = _frame(found, sum(map(len, tables.values()))) | tables
    if found.snapshot and draw(st.booleans()):
        document["snapshot"] = draw(_objects(found.snapshot))
    return document


def _frame(product: Product, rows: int) -> dict[str, Any]:
    return {
        "schema": product.code,
        "source": "测试来源",
        "period_from": FIRST_DAY.isoformat(),
        "period_to": LAST_DAY.isoformat(),
        "row_count": rows,
    }


def _example(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _example_value(field) for name, field in fields.items()}


def _example_value(field: Field) -> Any:
    if field.kind == "code":
        return next(iter(field.codes))
    return field.minimum if field.kind == "int" else EXAMPLES[field.kind]


def _objects(fields: Mapping[str, Field]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {name: _values(field) for name, field in fields.items() if not field.nullable},
        optional={
            name: st.none() | _values(field) for name, field in fields.items() if field.nullable
        },
    )


def _values(field: Field) -> st.SearchStrategy[Any]:
    match field.kind:
        case "text":
            letters = st.characters(exclude_categories=["Cs"])
            return st.text(letters, min_size=1, max_size=min(field.max_length, 12))
        case "int" | "fen":
            return st.integers(field.minimum, field.maximum)
        case "code":
            return st.sampled_from(list(field.codes))
        case "date":
            length = (LAST_DAY - FIRST_DAY).days
            return st.integers(0, length).map(lambda n: (FIRST_DAY + timedelta(n)).isoformat())
        case "decimal":
            return st.from_regex(
                r"-?[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True, alphabet="0123456789.-"
            )
        case _:
            return st.booleans() if field.kind == "flag" else st.sampled_from(MONTHS)
