"""A peer: orjson, then one lazy polars query a table with one expression for each indicator."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any

import orjson
import polars as pl

from tests.benchmarks.decision.figures import Values, divided, figure, snapshots
from tests.benchmarks.decision.polars_rows import BUCKET, condition_holds, frame_of
from tests.benchmarks.decision.questions import (
    MATRIX_RULES,
    PARTY_RULES,
    Common,
    Question,
    Source,
)


def polars_expressions(common: Common, bodies: Mapping[str, bytes]) -> Values:
    """The common grids from raw documents."""
    documents = {product: orjson.loads(body) for product, body in bodies.items()}
    values = snapshots(common, documents)
    for source in common.sources:
        frame = frame_of(source, documents[source.product])
        if not len(frame):
            values |= _without_rows(common, source)
            continue
        query = frame.lazy()
        asked = common.of(source, MATRIX_RULES | {"distinct"})
        answer = query.select(_expression(common, one).alias(one.name) for one in asked).collect()
        values |= {name: _number(value) for name, value in answer.row(0, named=True).items()}
        values |= _parties(common, source, query)
    return values


def _number(value: Any) -> float | None:
    return None if value is None or value != value else value  # noqa: PLR0124  (NaN)


def _without_rows(common: Common, source: Source) -> Values:
    empty = [[0] * (len(source.edges) + 1)] * len(source.slots)
    values = {one.name: figure(one, empty, empty) for one in common.of(source, MATRIX_RULES)}
    return values | {one.name: 0 for one in common.of(source, {"distinct"})}


def _passes(common: Common, one: Question, slot: int) -> pl.Expr:
    assert one.source is not None
    where = list(one.source.slots)[slot][0]
    return reduce(and_, (condition_holds(c, common.as_of) for c in where), pl.lit(True))


def _inside(common: Common, one: Question, slot: int, edges: tuple[int, int]) -> pl.Expr:
    begin, end = edges
    return _passes(common, one, slot) & (pl.col(BUCKET) >= begin) & (pl.col(BUCKET) < end)


def _amount(common: Common, one: Question, edges: tuple[int, int], slot: int = -1) -> pl.Expr:
    """Sum or number of the rows between two edges."""
    how = one.definition.calculation
    mask = _inside(common, one, one.slot if slot < 0 else slot, edges)
    value = how.value if slot < 0 else how.base_value
    return mask.sum() if value is None else pl.col(value).filter(mask).sum()


def _expression(common: Common, one: Question) -> pl.Expr:
    how, window = one.definition.calculation, (one.begin, one.end)
    whole = _amount(common, one, window)
    unit = one.unit if how.value else 1.0
    match one.rule:
        case "cnt" | "sum":
            return whole * unit
        case "avg_m":
            return whole * unit / (len(one.months) - 1)
        case "mean":
            return _ratio(whole * unit, _inside(common, one, one.slot, window).sum())
        case "rate":
            return _ratio(whole * unit, _amount(common, one, window, one.base))
        case "growth":
            before = _amount(common, one, one.before)
            return pl.when(before > 0).then((whole - before) / before)
        case "distinct":
            mask = _inside(common, one, one.slot, window)
            return pl.col(how.by or "").filter(mask).n_unique()
    return _of_months(common, one, unit)


def _ratio(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom != 0).then(top / bottom)


def _of_months(common: Common, one: Question, unit: float) -> pl.Expr:
    spans = list(zip(one.months[1:], one.months, strict=False))
    if one.rule == "active_month":
        return pl.sum_horizontal(
            _inside(common, one, one.slot, span).any().cast(pl.Int64) for span in spans
        )
    months = [_amount(common, one, span) for span in spans]
    if one.rule == "max_m":
        return pl.max_horizontal(months) * unit
    if one.rule == "zero_month":
        return pl.sum_horizontal((month == 0).cast(pl.Int64) for month in months)
    if len(months) == 1:
        return pl.lit(None, pl.Float64)
    mean = pl.sum_horizontal(months) / len(months)
    variance = pl.sum_horizontal((month - mean) ** 2 for month in months) / len(months)
    return pl.when(mean > 0).then(variance.sqrt() / mean)


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
        found = query.filter(_inside(common, one, one.slot, (one.begin, one.end)))
        found = found.group_by(by).agg(pl.col(value).sum()).filter(pl.col(value) > 0)
        if one.base >= 0:
            known = query.filter(_inside(common, one, one.base, (0, one.begin))).select(by)
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
