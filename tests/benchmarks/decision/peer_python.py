"""A peer: one pass of plain Python over dictionaries that orjson made.

Rows that look alike to all filters share the list of filters that they pass, so that no condition
is evaluated twice for the same combination of codes and flags.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import orjson

from risk.domain.indicators.definition import Condition
from tests.benchmarks.decision.derived_rows import day_of, derive
from tests.benchmarks.decision.figures import Values, figure, shares, snapshots
from tests.benchmarks.decision.questions import DISTINCT, MATRIX_RULES, PARTY_RULES, Common, Source

Row = Mapping[str, Any]


class Pass:
    """What one pass over a table collects."""

    def __init__(self, source: Source, common: Common) -> None:
        """Make room for every filter and, where they are asked for, for its entities."""
        self.source, self.common = source, common
        size, edges = len(source.slots), len(source.edges)
        self.counts = [[0] * edges for _ in range(size)]
        self.sums = [[0.0] * edges for _ in range(size)]
        asked = common.of(source, DISTINCT)
        parties = common.of(source, PARTY_RULES)
        self.lasts: dict[tuple[int, int], dict[Any, int]] = {
            (one.slot, one.end): {} for one in asked
        }
        self.windows: dict[tuple[int, int, int], defaultdict[Any, float]] = {
            (one.slot, one.begin, one.end): defaultdict(float) for one in parties
        }
        self.firsts: dict[int, dict[Any, int]] = {
            one.base: {} for one in parties if one.rule == "new_share"
        }
        self._work = [self._of_slot(number, *key) for key, number in source.slots.items()]
        as_of = common.as_of.isoformat()
        self._checks = {one: check(one, as_of) for one in source.conditions}
        self._coded = list(dict.fromkeys(one.field for one in self._checks if one.op == "in"))
        self._others = [(one.field, holds) for one, holds in self._checks.items() if one.op != "in"]

    def over(self, rows: Sequence[Row]) -> None:
        """Look at every row once."""
        buckets: dict[str, int] = {}
        passed: dict[tuple[Any, ...], list[Callable[[Row, int], None]]] = {}
        edges, date, coded, others = self.source.edges, self.source.date, self._coded, self._others
        for row in rows:
            day = day_of(row, date)
            bucket = buckets.get(day)
            if bucket is None:
                bucket = buckets[day] = bisect_right(edges, day) - 1
            key = (
                *[row[name] for name in coded],
                *[holds(row.get(name)) for name, holds in others],
            )
            work = passed.get(key)
            if work is None:
                work = passed[key] = self._passing(row)
            for one in work:
                one(row, bucket)

    def _passing(self, row: Row) -> list[Callable[[Row, int], None]]:
        held = {one for one, holds in self._checks.items() if holds(row.get(one.field))}
        return [
            work
            for (where, _, _), work in zip(self.source.slots, self._work, strict=True)
            if held.issuperset(where)
        ]

    def _of_slot(
        self, slot: int, where: Any, value: str | None, by: str | None
    ) -> Callable[[Row, int], None]:
        """What is done with a row that passes a filter."""
        counts, sums = self.counts[slot], self.sums[slot]
        if by is not None:
            return self._of_entities(slot, value, by)

        def count(row: Row, bucket: int) -> None:
            counts[bucket] += 1

        def add(row: Row, bucket: int) -> None:
            counts[bucket] += 1
            sums[bucket] += row[value or ""]

        return count if value is None else add

    def _of_entities(self, slot: int, value: str | None, by: str) -> Callable[[Row, int], None]:
        lasts = [(end, last) for (one, end), last in self.lasts.items() if one == slot]
        windows = [(b, e, sums) for (one, b, e), sums in self.windows.items() if one == slot]
        firsts = self.firsts.get(slot)

        def collect(row: Row, bucket: int) -> None:
            entity = row[by]
            for end, last in lasts:
                if bucket < end and last.get(entity, -1) < bucket:
                    last[entity] = bucket
            for begin, end, found in windows:
                if begin <= bucket < end:
                    found[entity] += row[value or ""]
            if firsts is not None and firsts.get(entity, bucket) >= bucket:
                firsts[entity] = bucket

        return collect

    def values(self) -> Values:
        """The figures of everything collected."""
        counts = [[0, *accumulate(one)] for one in self.counts]
        sums = [[0.0, *accumulate(one)] for one in self.sums]
        found: Values = {
            one.name: figure(one, counts, sums) for one in self.common.of(self.source, MATRIX_RULES)
        }
        for one in self.common.of(self.source, DISTINCT):
            last = self.lasts[one.slot, one.end]
            found[one.name] = sum(bucket >= one.begin for bucket in last.values())
        for one in self.common.of(self.source, PARTY_RULES):
            sums_of = self.windows[one.slot, one.begin, one.end]
            known = None
            if one.rule == "new_share":
                known = {party for party, at in self.firsts[one.base].items() if at < one.begin}
            found[one.name] = shares(one, sums_of, known)
        return found


def check(condition: Condition, as_of: str) -> Callable[[Any], bool]:
    """What a value must be for a condition to hold."""
    if condition.op == "open":
        return lambda value: value is None or value > as_of
    first = condition.values[0]
    if condition.op == "ge":
        return lambda value: bool(value >= first)
    if condition.op == "lt":
        return lambda value: bool(value < first)
    return frozenset(condition.values).__contains__


def pure_python(common: Common, bodies: Mapping[str, bytes]) -> Values:
    """The common grids from raw documents."""
    documents = {product: orjson.loads(body) for product, body in bodies.items()}
    values = snapshots(common, documents)
    for source in common.sources:
        document = documents[source.product]
        one = Pass(source, common)
        one.over(derive(source, document))
        values |= one.values()
    return values
