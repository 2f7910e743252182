"""Tables of documents as polars frames of the used columns, for both polars peers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, Final

import numpy as np
import polars as pl

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Condition
from tests.benchmarks.decision.questions import DECIMAL_FIELDS, Source

NIGHT: Final = [23, 0, 1, 2, 3, 4, 5]
SATURDAY: Final = 6
"""In polars Monday is 1."""
ROUND_FEN: Final = 1_000_000
BEHIND: Final[Mapping[str, tuple[str, ...]]] = {
    "signed_fen": ("amount_fen", "direction"),
    "magnitude_fen": ("amount_fen",),
    "round": ("amount_fen",),
    "late": ("filed_on", "due_on"),
    "weekend": (),
    "ndvi_anomaly": ("ndvi", "ndvi_normal"),
}
"""What derived columns are made from; the night's hour has another name in each table."""
DAY: Final = "day"
"""Days since 1970-01-01."""


def frame_of(source: Source, document: Mapping[str, Any]) -> pl.DataFrame:
    """The rows as they are, of the columns that are used."""
    rows = document[source.table]
    columns = {name: _column(rows, name) for name in _used(source) if name != "account_product"}
    if "account_product" in _used(source):
        products = {one["account_no"]: one["product"] for one in document["accounts"]}
        columns["account_product"] = [products[one] for one in columns["account_no"]]
    return pl.DataFrame(columns, infer_schema_length=None)


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


@cache
def prepared(source: Source) -> list[pl.Expr]:
    """The columns that no document has: signs, times of day, floats, and the day as a number."""
    found = [pl.col(name).cast(pl.Float64) for name in DECIMAL_FIELDS.intersection(_used(source))]
    return [*found, *_derived(source), _day(source).alias(DAY)]


@cache
def edge_days(source: Source) -> Any:
    """The edges as days since 1970-01-01."""
    return np.array(source.edges[1:], "datetime64[D]").astype(np.int32)


def condition_holds(condition: Condition, as_of: date) -> pl.Expr:
    """A condition as an expression."""
    column = pl.col(condition.field)
    match condition.op:
        case "open":
            return column.is_null() | (column.cast(pl.String) > as_of.isoformat())
        case "ge":
            return column >= condition.values[0]
        case "lt":
            return column < condition.values[0]
    if len(condition.values) == 1:
        return column == condition.values[0]
    return column.is_in(list(condition.values))


@cache
def _used(source: Source) -> tuple[str, ...]:
    hour = {"transactions": "booked_hour", "queries": "queried_hour"}.get(source.table, "")
    names = [one.field for one in source.conditions] + source.values + source.entities
    names = [hour if name == "night" else name for name in names]
    if source.date is not None:
        names.append(source.date)
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(BEHIND.get(name, (name,)))
    return tuple(found) or tuple(PRODUCTS[source.product].tables[source.table].fields)


def _derived(source: Source) -> list[pl.Expr]:
    amount = pl.col("amount_fen")
    match source.product, source.table:
        case "bank_flow/1", "transactions":
            signed = pl.when(pl.col("direction") == "in").then(amount).otherwise(-amount)
            return [
                signed.alias("signed_fen"),
                ((amount > 0) & (amount % ROUND_FEN == 0)).alias("round"),
                pl.col("booked_hour").is_in(NIGHT).alias("night"),
            ]
        case "invoice/1", "rows":
            return [amount.abs().alias("magnitude_fen")]
        case "tax/1", "returns" if "due_on" in _used(source):
            return [(pl.col("filed_on") > pl.col("due_on")).alias("late")]
        case "multi_lender/1", "queries":
            weekday = pl.col("queried_on").str.to_date("%Y-%m-%d").dt.weekday()
            return [
                pl.col("queried_hour").is_in(NIGHT).alias("night"),
                (weekday >= SATURDAY).alias("weekend"),
            ]
        case "agriculture/1", "vegetation":
            normal = pl.col("ndvi_normal").cast(pl.Float64)
            return [(pl.col("ndvi").cast(pl.Float64) - normal).alias("ndvi_anomaly")]
    return []


def _day(source: Source) -> pl.Expr:
    if source.date is None:
        return pl.lit(np.iinfo(np.int32).min)
    day = pl.col(source.date)
    kind = PRODUCTS[source.product].tables[source.table].fields[source.date].kind
    if kind == "int":
        day = day.cast(pl.String) + "-12-31"
    elif kind == "month":
        day = day + "-01"
    return day.str.to_date("%Y-%m-%d").to_physical()
