"""A peer: orjson, then one lazy polars query a table with one expression for each indicator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import and_
from typing import Any, Final

import numpy as np
import orjson
import polars as pl

from tests.benchmarks.decision.figures import Values, divided, figure, snapshots
from tests.benchmarks.decision.polars_rows import (
    DAY,
    condition_holds,
    edge_days,
    frame_of,
    prepared,
)
from tests.benchmarks.decision.questions import (
    DISTINCT,
    MATRIX_RULES,
    MONTHLY_RULES,
    MONTHS,
    PARTY_RULES,
    Common,
    Question,
    Source,
)

BACK: Final = "back"
"""Months before the month of the moment."""


def polars_expressions(common: Common, bodies: Mapping[str, bytes]) -> Values:
    """The common grids from raw documents."""
    documents = {product: orjson.loads(body) for product, body in bodies.items()}
    values = snapshots(common, documents)
    for source in common.sources:
        frame = frame_of(source, documents[source.product])
        if not len(frame):
            values |= _without_rows(common, source)
            continue
        query = _rows(common, source, frame)
        found = query.select(_of_rows(common, source)).collect()
        values |= {name: _number(value) for name, value in found.row(0, named=True).items()}
        monthly = _of_months(common, source)
        if monthly:
            found = _months(common, source, query).select(monthly).collect()
            values |= {name: _number(value) for name, value in found.row(0, named=True).items()}
        values |= _parties(common, source, query)
    return values


def _number(value: Any) -> float | None:
    return None if value is None or value != value else value  # noqa: PLR0124  (NaN)


def _without_rows(common: Common, source: Source) -> Values:
    empty = [[0] * (len(source.edges) + 1)] * len(source.slots)
    values = {one.name: figure(one, empty, empty) for one in common.of(source, MATRIX_RULES)}
    return values | {one.name: 0 for one in common.of(source, DISTINCT)}


def _rows(common: Common, source: Source, frame: pl.DataFrame) -> pl.LazyFrame:
    """The rows with a flag for each filter and the number of months back."""
    query = frame.lazy().with_columns(prepared(source))
    base = common.as_of.year * 12 + common.as_of.month
    day = pl.col(DAY).cast(pl.Date)
    back = base - day.dt.year().cast(pl.Int32) * 12 - day.dt.month().cast(pl.Int32)
    flags = [
        reduce(and_, (condition_holds(one, common.as_of) for one in where), pl.lit(True)).alias(
            f"f{number}"
        )
        for (where, _, _), number in source.slots.items()
    ]
    return query.with_columns(*flags, back.alias(BACK)).collect().lazy()


@cache
def _of_rows(common: Common, source: Source) -> list[pl.Expr]:
    asked = common.of(source, (MATRIX_RULES - MONTHLY_RULES) | DISTINCT)
    return [_expression(one).alias(one.name) for one in asked]


def _inside(one: Question, slot: int, edges: tuple[int, int]) -> pl.Expr:
    """The rows of a filter between two edges."""
    assert one.source is not None
    begin, end = edges
    days = edge_days(one.source)
    mask = pl.col(f"f{slot}") & (pl.col(DAY) < int(days[end - 1]))
    return mask & (pl.col(DAY) >= int(days[begin - 1])) if begin else mask


def _amount(one: Question, edges: tuple[int, int], slot: int = -1) -> pl.Expr:
    """Sum or number of the rows between two edges."""
    how = one.definition.calculation
    mask = _inside(one, one.slot if slot < 0 else slot, edges)
    value = how.value if slot < 0 else how.base_value
    return mask.sum() if value is None else pl.col(value).filter(mask).sum()


def _expression(one: Question) -> pl.Expr:
    how, window = one.definition.calculation, (one.begin, one.end)
    if one.rule == "distinct":
        return pl.col(how.by or "").filter(_inside(one, one.slot, window)).n_unique()
    unit = one.unit if how.value else 1.0
    whole = _amount(one, window) * unit
    match one.rule:
        case "avg_m":
            return whole / (len(one.months) - 1)
        case "mean":
            return _ratio(whole, _inside(one, one.slot, window).sum())
        case "rate":
            return _ratio(whole, _amount(one, window, one.base))
        case "growth":
            before = _amount(one, one.before) * unit
            return pl.when(before > 0).then((whole - before) / before)
    return whole


def _ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom != 0).then(top / bottom)


def _months(common: Common, source: Source, query: pl.LazyFrame) -> pl.LazyFrame:
    """One row a month, with the sum and the number of each filter that is asked by month."""
    asked = common.of(source, MONTHLY_RULES)
    keys = {(one.slot, one.definition.calculation.value) for one in asked}
    sums = [
        (pl.col(f"f{slot}").sum() if value is None else pl.col(value).filter(f"f{slot}").sum())
        .cast(pl.Float64)
        .alias(f"m{slot}")
        for slot, value in sorted(keys, key=str)
    ]
    every = pl.LazyFrame({BACK: np.arange(1, MONTHS + 1, dtype=np.int32)})
    return every.join(query.group_by(BACK).agg(sums), on=BACK, how="left").fill_null(0)


@cache
def _of_months(common: Common, source: Source) -> list[pl.Expr]:
    asked = common.of(source, MONTHLY_RULES)
    return [_monthly(one).alias(one.name) for one in asked]


def _monthly(one: Question) -> pl.Expr:
    count = len(one.months) - 1
    months = pl.col(f"m{one.slot}").filter(pl.col(BACK) <= count)
    match one.rule:
        case "active_month":
            return (months > 0).sum()
        case "zero_month":
            return (months == 0).sum()
        case "max_m":
            return months.max() * (one.unit if one.definition.calculation.value else 1.0)
    if count == 1:
        return pl.lit(None, pl.Float64)
    return pl.when(months.sum() > 0).then(months.std(ddof=0) / months.mean())


def _parties(common: Common, source: Source, query: pl.LazyFrame) -> Values:
    """One grouped query for each filter and window, all collected together."""
    asked = common.of(source, PARTY_RULES)
    windows = {(one.slot, one.begin, one.end, one.base): one for one in asked}
    if not windows:
        return {}
    sums = []
    for one in windows.values():
        how = one.definition.calculation
        by, value = how.by or "", how.value or ""
        found = query.filter(_inside(one, one.slot, (one.begin, one.end)))
        found = found.group_by(by).agg(pl.col(value).sum()).filter(pl.col(value) > 0)
        if one.base >= 0:
            known = query.filter(_inside(one, one.base, (0, one.begin))).select(by)
            found = found.join(known.unique(), on=by, how="anti")
        sums.append(found.select(pl.col(value).sort(descending=True).cast(pl.Float64)))
    frames = pl.collect_all(sums)
    amounts = {key: frame.to_series() for key, frame in zip(windows, frames, strict=True)}
    return {one.name: _share(one, amounts) for one in asked}


def _share(one: Question, amounts: Mapping[tuple[int, int, int, int], pl.Series]) -> float | None:
    every = amounts[one.slot, one.begin, one.end, -1]
    whole = float(every.sum())
    if one.rule == "hhi":
        return divided(float((every * every).sum()), whole * whole)
    if one.rule == "new_share":
        return divided(float(amounts[one.slot, one.begin, one.end, one.base].sum()), whole)
    return divided(float(every.head(one.definition.calculation.constant).sum()), whole)
