"""A peer: orjson, then the best polars known: one long frame, grouped by filter and window.

Only columns that are used become frames, each condition is evaluated once, the rows of all tables
go into one long frame, and windows come from the grouped cells by adding up, not by more passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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
    PARTY_RULES,
    Common,
    Question,
    Source,
)

BUCKET: Final = "bucket"
"""The number of the last edge that does not lie after the row."""
Firsts = dict[int, int]
"""By source, the number of its first filter in the long frame."""


def polars_tuned(common: Common, bodies: Mapping[str, bytes]) -> Values:
    """The common grids from raw documents."""
    documents = {product: orjson.loads(body) for product, body in bodies.items()}
    values = snapshots(common, documents)
    firsts: Firsts = {}
    slots, entities = 0, 0
    parts = []
    for source in common.sources:
        firsts[id(source)] = slots
        frame = frame_of(source, documents[source.product])
        if len(frame):
            part, entities = _pairs(common, source, frame, slots, entities)
            parts.append(part)
        slots += len(source.slots)
    long = pl.DataFrame({name: np.concatenate([one[name] for one in parts]) for name in parts[0]})
    values |= _matrices(common, firsts, long, slots)
    named = long.filter(pl.col("entity") >= 0)
    values |= _distinct(common, firsts, named, slots)
    return values | _parties(common, firsts, named)


@cache
def _columns(common: Common, source: Source) -> list[pl.Expr]:
    """What is taken from a table, all at once: conditions, amounts, numbered entities, days."""
    number = pl.col(source.entities).rank("dense").cast(pl.Int32).fill_null(0)
    return [
        pl.col(DAY),
        *(
            condition_holds(one, common.as_of).alias(f"c{place}")
            for place, one in enumerate(source.conditions)
        ),
        *(pl.col(one).cast(pl.Float64).alias(f"v.{one}") for one in source.values),
        *([number.name.prefix("e.")] if source.entities else []),
    ]


def _pairs(
    common: Common, source: Source, frame: pl.DataFrame, first: int, entities: int
) -> tuple[dict[str, Any], int]:
    """Every row once for each filter that it passes."""
    found = frame.lazy().with_columns(prepared(source)).select(_columns(common, source)).collect()
    masks = {one: found[f"c{place}"].to_numpy() for place, one in enumerate(source.conditions)}
    holds = np.ones((len(source.slots), len(frame)), np.bool_)
    for where, place in ((key[0], place) for key, place in source.slots.items()):
        for condition in where:
            holds[place] &= masks[condition]
    slot, row = np.nonzero(holds)
    valued = {one: found[f"v.{one}"].to_numpy() for one in source.values}
    codes = {}
    for one in source.entities:
        codes[one] = found[f"e.{one}"].to_numpy() + entities
        entities = int(codes[one].max()) + 1
    zeros, nobody = np.zeros(len(frame)), np.full(len(frame), -1, np.int32)
    value_of = np.stack([valued[value] if value else zeros for _, value, _ in source.slots])
    entity_of = np.stack([codes[by] if by else nobody for _, _, by in source.slots])
    bucket = np.searchsorted(edge_days(source), found[DAY].to_numpy(), "right").astype(np.int32)
    part = {
        "slot": (slot + first).astype(np.int32),
        BUCKET: bucket[row],
        "value": value_of[slot, row],
        "entity": entity_of[slot, row],
    }
    return part, entities


def _matrices(common: Common, firsts: Firsts, long: pl.DataFrame, slots: int) -> Values:
    edges = len(common.sources[0].edges)
    cells = long.group_by("slot", BUCKET).agg(pl.len(), pl.col("value").sum())
    at = cells["slot"].to_numpy(), cells[BUCKET].to_numpy() + 1
    counts, sums = np.zeros((slots, edges + 1), np.int64), np.zeros((slots, edges + 1))
    counts[at], sums[at] = cells["len"].to_numpy(), cells["value"].to_numpy()
    before_counts, before_sums = counts.cumsum(axis=1).tolist(), sums.cumsum(axis=1).tolist()
    values: Values = {}
    for source in common.sources:
        first = firsts[id(source)]
        mine = before_counts[first:], before_sums[first:]
        values |= {one.name: figure(one, *mine) for one in common.of(source, MATRIX_RULES)}
    return values


def _asked(common: Common, rules: frozenset[str]) -> list[Question]:
    return [one for one in common.questions if one.rule in rules]


def _distinct(common: Common, firsts: Firsts, named: pl.DataFrame, slots: int) -> Values:
    """An entity is in a window when its last row before the window's end is."""
    asked = _asked(common, DISTINCT)
    values: Values = {}
    edges = len(common.sources[0].edges)
    for end in sorted({one.end for one in asked}):
        last = (
            named.filter(pl.col(BUCKET) < end)
            .group_by("slot", "entity")
            .agg(pl.col(BUCKET).max())
            .group_by("slot", BUCKET)
            .len()
        )
        seen = np.zeros((slots, edges + 1), np.int64)
        seen[last["slot"].to_numpy(), last[BUCKET].to_numpy()] = last["len"].to_numpy()
        since = seen[:, ::-1].cumsum(axis=1)[:, ::-1].tolist()
        for one in asked:
            if one.end == end:
                values[one.name] = since[firsts[id(one.source)] + one.slot][one.begin]
    return values


def _parties(common: Common, firsts: Firsts, named: pl.DataFrame) -> Values:
    asked = _asked(common, PARTY_RULES)
    wanted = {firsts[id(one.source)] + one.slot for one in asked}
    bases = {firsts[id(one.source)] + one.base for one in asked if one.rule == "new_share"}
    rows = named.filter(pl.col("slot").is_in(list(wanted)))
    since = (
        named.filter(pl.col("slot").is_in(list(bases)))
        .group_by("slot", "entity")
        .agg(pl.col(BUCKET).min().alias("since"))
    )
    values: Values = {}
    for begin, end in sorted({(one.begin, one.end) for one in asked}):
        sums = (
            rows.filter(pl.col(BUCKET).is_between(begin, end - 1))
            .group_by("slot", "entity")
            .agg(pl.col("value").sum())
            .filter(pl.col("value") > 0)
        )
        amount = pl.col("value")
        by_slot = {
            one["slot"]: one
            for one in sums.group_by("slot")
            .agg(
                amount.sum().alias("whole"),
                amount.top_k(1).sum().alias("top1"),
                amount.top_k(5).sum().alias("top5"),
                (amount * amount).sum().alias("squares"),
            )
            .to_dicts()
        }
        mine = [one for one in asked if (one.begin, one.end) == (begin, end)]
        for one in mine:
            found = by_slot.get(firsts[id(one.source)] + one.slot)
            values[one.name] = None if found is None else _share(one, firsts, found, sums, since)
    return values


def _share(
    one: Question, firsts: Firsts, found: dict[str, Any], sums: pl.DataFrame, since: pl.DataFrame
) -> float | None:
    whole = found["whole"]
    if one.rule == "hhi":
        return divided(found["squares"], whole * whole)
    if one.rule == "top_share":
        return divided(found[f"top{one.definition.calculation.constant}"], whole)
    first = firsts[id(one.source)]
    known = since.filter((pl.col("slot") == first + one.base) & (pl.col("since") < one.begin))
    fresh = sums.filter(
        (pl.col("slot") == first + one.slot) & ~pl.col("entity").is_in(known["entity"].implode())
    )
    return divided(float(fresh["value"].sum()), whole)
