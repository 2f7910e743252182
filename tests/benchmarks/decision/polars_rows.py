"""Tables of documents as polars frames of the used columns, for both polars peers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from risk.domain.indicators.definition import Condition
from risk.domain.indicators.derived_fields import DERIVED_FROM
from tests.benchmarks.decision.questions import DECIMAL_FIELDS, Source

MONTH_LENGTH: Final = 7
NIGHT: Final = [23, 0, 1, 2, 3, 4, 5]
SATURDAY: Final = 6
"""In polars Monday is 1."""
ROUND_FEN: Final = 1_000_000
BUCKET: Final = "bucket"


def frame_of(source: Source, document: Mapping[str, Any]) -> pl.DataFrame:
    """The rows with derived columns and the number of the last edge not after each row."""
    rows = document[source.table]
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in _used(source)},
        infer_schema_length=None,
    )
    if not len(frame):
        return frame
    decimals = DECIMAL_FIELDS.intersection(frame.columns)
    frame = frame.with_columns(pl.col(name).cast(pl.Float64) for name in decimals)
    frame = frame.with_columns(_derived(source, document))
    return frame.with_columns(pl.Series(BUCKET, _buckets(source, frame)))


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


def _used(source: Source) -> list[str]:
    names = [one.field for one in source.conditions] + source.values + source.entities
    if source.date is not None:
        names.append(source.date)
    found: dict[str, None] = {}
    for name in names:
        behind = DERIVED_FROM.get((source.product, source.table, name))
        for path in behind or (f"{source.table}.{name}",):
            table, _, raw = path.partition(".")
            if table == source.table:
                found[raw] = None
    return list(found) or ["name"]


def _derived(source: Source, document: Mapping[str, Any]) -> list[pl.Expr]:
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
        case "bureau/1", "payments":
            products = {one["account_no"]: one["product"] for one in document["accounts"]}
            product = pl.col("account_no").replace_strict(products)
            return [product.alias("account_product")]
        case "tax/1", "returns":
            return [(pl.col("filed_on") > pl.col("due_on")).alias("late")]
        case "multi_lender/1", "queries":
            weekday = pl.col("queried_on").str.to_date("%Y-%m-%d").dt.weekday()
            return [
                pl.col("queried_hour").is_in(NIGHT).alias("night"),
                (weekday >= SATURDAY).alias("weekend"),
            ]
        case "agriculture/1", "vegetation":
            return [(pl.col("ndvi") - pl.col("ndvi_normal")).alias("ndvi_anomaly")]
    return []


def _buckets(source: Source, frame: pl.DataFrame) -> Any:
    """Days as numbers, cut at the edges as numbers."""
    if source.date is None:
        return np.zeros(len(frame), np.int32)
    days = frame[source.date]
    if days.dtype == pl.Int64:
        days = days.cast(pl.String) + "-12-31"
    elif len(days[0]) == MONTH_LENGTH:
        days = days + "-01"
    numbers = days.str.to_date("%Y-%m-%d").to_physical().to_numpy()
    edges = np.array(source.edges[1:], "datetime64[D]").astype(np.int32)
    return np.searchsorted(edges, numbers, "right").astype(np.int32)
