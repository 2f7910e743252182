"""A peer: json and pandas, a long frame of filtered rows a table, grouped by filter and window."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from risk.domain.indicators.definition import Condition
from tests.benchmarks.decision.figures import Values, divided, figure, snapshots
from tests.benchmarks.decision.questions import (
    DECIMAL_FIELDS,
    DISTINCT,
    MATRIX_RULES,
    PARTY_RULES,
    Common,
    Source,
)

MONTH_LENGTH: Final = 7
NIGHT: Final = (23, 0, 1, 2, 3, 4, 5)
SATURDAY: Final = 5
ROUND_FEN: Final = 1_000_000

Frame = Any


def usual_indicators(common: Common, bodies: Mapping[str, bytes]) -> Values:
    """The common grids from raw documents."""
    documents = {product: json.loads(body) for product, body in bodies.items()}
    values = snapshots(common, documents)
    for source in common.sources:
        frame = _frame(source, documents)
        if len(frame):
            values |= _values(common, source, frame)
        else:
            empty = [[0] * (len(source.edges) + 1)] * len(source.slots)
            for one in common.of(source, MATRIX_RULES):
                values[one.name] = figure(one, empty, empty)
    return values


def _frame(source: Source, documents: Mapping[str, Any]) -> Frame:
    frame = pd.DataFrame(documents[source.product][source.table])
    if not len(frame):
        return frame
    for name in DECIMAL_FIELDS.intersection(frame.columns):
        frame[name] = frame[name].astype(float)
    _derive(source, frame, documents[source.product])
    frame["bucket"] = np.searchsorted(source.edges, _days(frame, source.date), "right") - 1
    return frame


def _days(frame: Frame, date: str | None) -> Any:
    if date is None:
        return np.full(len(frame), "")
    days = frame[date]
    if days.dtype.kind == "i":
        return (days.astype(str) + "-12-31").to_numpy(str)
    texts = days.to_numpy(str)
    return np.char.add(texts, "-01") if len(texts[0]) == MONTH_LENGTH else texts


def _derive(source: Source, frame: Frame, document: Mapping[str, Any]) -> None:
    match source.product, source.table:
        case "bank_flow/1", "transactions":
            amount = frame["amount_fen"]
            frame["signed_fen"] = amount.where(frame["direction"] == "in", -amount)
            frame["round"] = (amount > 0) & (amount % ROUND_FEN == 0)
            frame["night"] = frame["booked_hour"].isin(NIGHT)
        case "invoice/1", "rows":
            frame["magnitude_fen"] = frame["amount_fen"].abs()
        case "bureau/1", "payments":
            products = {one["account_no"]: one["product"] for one in document["accounts"]}
            frame["account_product"] = frame["account_no"].map(products)
        case "tax/1", "returns":
            frame["late"] = frame["filed_on"] > frame["due_on"]
        case "multi_lender/1", "queries":
            frame["night"] = frame["queried_hour"].isin(NIGHT)
            frame["weekend"] = pd.to_datetime(frame["queried_on"]).dt.weekday >= SATURDAY
        case "agriculture/1", "vegetation":
            frame["ndvi_anomaly"] = frame["ndvi"] - frame["ndvi_normal"]


def _mask(condition: Condition, frame: Frame, as_of: str) -> Any:
    column = frame[condition.field]
    match condition.op:
        case "open":
            return column.isna() | (column > as_of)
        case "ge":
            return column >= condition.values[0]
        case "lt":
            return column < condition.values[0]
    return column.isin(condition.values)


def _values(common: Common, source: Source, frame: Frame) -> Values:
    long = _long(common, source, frame)
    shape = (len(source.slots), len(source.edges) + 1)
    counts, sums = np.zeros(shape, np.int64), np.zeros(shape)
    cells = long.groupby(["slot", "bucket"])["value"].agg(["size", "sum"])
    slot, bucket = (cells.index.get_level_values(name).to_numpy() for name in ("slot", "bucket"))
    counts[slot, bucket + 1] = cells["size"].to_numpy()
    sums[slot, bucket + 1] = cells["sum"].to_numpy()
    counts, sums = counts.cumsum(axis=1).tolist(), sums.cumsum(axis=1).tolist()
    values = {one.name: figure(one, counts, sums) for one in common.of(source, MATRIX_RULES)}
    values |= _distinct(common, source, long)
    return values | _parties(common, source, long)


def _long(common: Common, source: Source, frame: Frame) -> Frame:
    """Every row once for each filter that it passes."""
    as_of = common.as_of.isoformat()
    masks = {one: _mask(one, frame, as_of).to_numpy() for one in source.conditions}
    everything = np.ones(len(frame), np.bool_)
    columns = {name: frame[name].to_numpy() for name in source.values}
    entities = {name: pd.factorize(frame[name])[0] for name in source.entities}
    zeros, bucket = np.zeros(len(frame)), frame["bucket"].to_numpy()
    parts: list[tuple[Any, ...]] = []
    for (where, value, by), number in source.slots.items():
        rows = np.flatnonzero(np.logical_and.reduce([everything, *(masks[one] for one in where)]))
        parts.append(
            (
                np.full(len(rows), number),
                bucket[rows],
                (columns[value] if value else zeros)[rows],
                (entities[by] if by else zeros)[rows],
            )
        )
    names = ("slot", "bucket", "value", "entity")
    return pd.DataFrame(
        {
            name: np.concatenate(part)
            for name, part in zip(names, zip(*parts, strict=True), strict=True)
        }
    )


def _distinct(common: Common, source: Source, long: Frame) -> Values:
    asked = common.of(source, DISTINCT)
    values: Values = {}
    for begin, end in sorted({(one.begin, one.end) for one in asked}):
        chosen = long[(long["bucket"] >= begin) & (long["bucket"] < end)]
        found = chosen.groupby("slot")["entity"].nunique().to_dict()
        values |= {
            one.name: found.get(one.slot, 0)
            for one in asked
            if (one.begin, one.end) == (begin, end)
        }
    return values


def _parties(common: Common, source: Source, long: Frame) -> Values:
    values: Values = {}
    asked = common.of(source, PARTY_RULES)
    for slot, begin, end in sorted({(one.slot, one.begin, one.end) for one in asked}):
        rows = long[(long["slot"] == slot) & (long["bucket"] >= begin) & (long["bucket"] < end)]
        sums = rows.groupby("entity")["value"].sum()
        sums = sums[sums > 0].sort_values(ascending=False)
        whole = float(sums.sum())
        for one in asked:
            if (one.slot, one.begin, one.end) != (slot, begin, end):
                continue
            if one.rule == "top_share":
                part = float(sums.iloc[: one.definition.calculation.constant].sum())
                values[one.name] = divided(part, whole)
            elif one.rule == "hhi":
                values[one.name] = divided(float((sums**2).sum()), whole * whole)
            else:
                before = long[(long["slot"] == one.base) & (long["bucket"] < begin)]["entity"]
                fresh = float(sums[~sums.index.isin(before.unique())].sum())
                values[one.name] = divided(fresh, whole)
    return values
