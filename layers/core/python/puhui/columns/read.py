"""Reads a fact document's bytes straight into arrays, without writing its columnar form first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from puhui.columns.arrays import Texts, field_of
from puhui.columns.decode import FactColumns
from puhui.columns.encode import decode_declared, rows_of
from puhui.columns.errors import DocumentNotReadable
from puhui.columns.layout import Column, layout_of
from puhui.fact_schemas import PRODUCTS
from puhui.fact_schemas.numbers import day_number, month_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

Wanted = Mapping[str, Collection[str]]
"""By table, the fields that are asked for."""


def read_columns(product: str, body: bytes, wanted: Wanted | None = None) -> FactColumns:
    """Read a document as columns, or raise `DocumentNotReadable`.

    The whole document is checked; `wanted` names the fields that become columns (a table that it
    does not name has none), because whoever reads some fields need not pay for all.
    """
    document = decode_declared(product, body)
    texts = Texts()
    tables: dict[str, dict[str, NDArray[Any]]] = {}
    nulls: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for name, layout in layout_of(product).items():
        rows = rows_of(document, name)
        tables[name], nulls[name] = {}, {}
        for column in layout:
            dated = (name, column.name) in _dated(product)
            if not dated and wanted is not None and column.name not in wanted.get(name, ()):
                continue
            numbers, absent = field_of(column, rows, texts)
            values = numbers.view(np.bool_) if column.kind == "flag" else numbers
            tables[name][column.name] = values
            if absent is not None:
                nulls[name][column.name] = absent
            if dated:
                _check_period(document, column, values, absent)
    text_bytes, text_ends = texts.arrays()
    return FactColumns(
        product=product,
        source=document.source,
        period_from=document.period_from,
        period_to=document.period_to,
        row_count=document.row_count,
        tables=tables,
        nulls=nulls,
        legends=legends_of(product),
        text_bytes=text_bytes,
        text_ends=text_ends,
    )


@cache
def _dated(product: str) -> frozenset[tuple[str, str]]:
    """The fields that must lie in the document's period."""
    return frozenset(
        (table, name)
        for table, found in PRODUCTS[product].tables.items()
        for name, field in found.fields.items()
        if field.in_period
    )


def _check_period(
    document: Any, column: Column, values: NDArray[Any], absent: NDArray[np.bool_] | None
) -> None:
    """No row lies outside the period that the document declares."""
    known = values if absent is None else values[~absent]
    days = document.period_from, document.period_to
    if column.kind == "month":
        first, last = (month_number(day.isoformat()[:7]) for day in days)
    else:
        first, last = (day_number(day) for day in days)
    if len(known) and (int(known.min()) < first or int(known.max()) > last):
        raise DocumentNotReadable("period")


@cache
def legends_of(product: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each field of codes the codes by their number."""
    return {
        table: {column.name: column.legend for column in columns if column.kind == "code"}
        for table, columns in layout_of(product).items()
    }
