"""Reads a fact document's bytes straight into arrays, without writing its columnar form first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, partial
from operator import is_
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from msgspec.structs import astuple

from puhui.columns.days import day_number
from puhui.columns.decode import FactColumns
from puhui.columns.encode import decode_declared, numbers_of
from puhui.columns.errors import DocumentNotReadable
from puhui.columns.layout import BLOCK_OF, SNAPSHOT, Column, layout_of
from puhui.fact_schemas import PRODUCTS
from puhui.fact_schemas.numbers import month_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_IS_NONE: Final = partial(is_, None)
DTYPES: Final = {"i8": np.int64, "i4": np.int32, "u1": np.uint8}


Wanted = Mapping[str, Collection[str]]
"""By table, the fields that are asked for."""


def read_columns(product: str, body: bytes, wanted: Wanted | None = None) -> FactColumns:
    """Read a document as columns, or raise `DocumentNotReadable`.

    The whole document is checked; `wanted` names the fields that become columns (a table that it
    does not name has none), because whoever reads some fields need not pay for all.
    """
    document = decode_declared(product, body)
    texts: dict[str, int] = {}
    tables: dict[str, dict[str, NDArray[Any]]] = {}
    nulls: dict[str, dict[str, NDArray[np.bool_]]] = {}
    for name, layout in layout_of(product).items():
        fields = _fields(_rows(document, name))
        tables[name], nulls[name] = {}, {}
        for column in layout:
            dated = (name, column.name) in _dated(product)
            if not dated and wanted is not None and column.name not in wanted.get(name, ()):
                continue
            values, absent = _array(column, fields.get(column.name, ()), texts)
            tables[name][column.name] = values
            if absent is not None:
                nulls[name][column.name] = absent
            if dated:
                _check_period(document, column, values, absent)
    encoded = [text.encode() for text in texts]
    return FactColumns(
        product=product,
        source=document.source,
        period_from=document.period_from,
        period_to=document.period_to,
        row_count=document.row_count,
        tables=tables,
        nulls=nulls,
        legends=legends_of(product),
        text_bytes=b"".join(encoded),
        text_ends=np.cumsum([len(text) for text in encoded], dtype=np.int32),
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


def _rows(document: Any, table: str) -> Sequence[Any]:
    rows = getattr(document, table)
    if table != SNAPSHOT:
        found: Sequence[Any] = rows
        return found
    return [] if rows is msgspec.UNSET else [rows]


def _fields(rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    """The values of all rows by field: one transposition is cheaper than a look for each."""
    if not rows:
        return {}
    values = zip(*map(astuple, rows), strict=True)
    return dict(zip(rows[0].__struct_fields__, values, strict=True))


def _array(
    column: Column, values: Sequence[Any], texts: dict[str, int]
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """One field of all rows, and where it is null (None: nowhere)."""
    dtype = DTYPES[BLOCK_OF[column.kind]]
    if not column.nullable or None not in values:
        array = _numbers(column, values, texts)
        absent = None
    else:
        absent = np.frombuffer(bytes(map(_IS_NONE, values)), np.bool_)
        known = [value for value in values if value is not None]
        array = np.full(len(values), -1 if column.kind == "text" else 0, dtype)
        array[~absent] = _numbers(column, known, texts)
    return (array.view(np.bool_) if column.kind == "flag" else array), absent


def _numbers(column: Column, values: Sequence[Any], texts: dict[str, int]) -> NDArray[Any]:
    """Values as an array; small integers by way of bytes, which costs a third."""
    block = BLOCK_OF[column.kind]
    if block == "u1":
        return np.frombuffer(bytes(numbers_of(column, values, texts)), np.uint8)
    return np.array(numbers_of(column, values, texts), DTYPES[block])
