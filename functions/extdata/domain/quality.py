"""Data quality (数据质量) of a connector on a day: answers, time, hits, nulls, drift.

Shares are integers in parts per million. Calls that our own limits kept back say nothing about the
provider and are left out; an open circuit is counted, because its callers got no data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from extdata.domain.psi import MILLION, psi
from extdata.domain.query import Attempt, Query
from puhui.tenancy import BankId

REFERENCE_DAYS: Final = 30
"""The first days with data are the reference: a slow drift adds up against a fixed one."""
MIN_VALUES: Final = 100
"""Below so many values on a side, chance alone moves the index above its thresholds."""
ANSWERED: Final = frozenset({"hit", "miss", "pending"})
OUR_OWN: Final = ("limit.", "bulkhead.")

FieldCounts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldQuality:
    """One field of the documents of a day."""

    documents: int
    null_ppm: int
    """Mean null share of the documents."""
    counts: FieldCounts = field(default_factory=dict)
    """Values by bucket; empty for texts."""
    psi_millionths: int | None = None
    """Drift against the reference; None while either side has too few values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayQuality:
    """One connector on one day."""

    bank_id: BankId
    provider_id: str
    connector_id: str
    on: date
    calls: int
    answered: int
    hits: int
    misses: int
    p50_ms: int | None
    p95_ms: int | None
    p99_ms: int | None
    fields: Mapping[str, FieldQuality] = field(default_factory=dict)

    @property
    def availability_ppm(self) -> int | None:
        """Answered calls of all calls (可用率)."""
        return share_ppm(self.answered, self.calls)

    @property
    def hit_ppm(self) -> int | None:
        """Hits of the calls that found out whether there is data (查得率)."""
        return share_ppm(self.hits, self.hits + self.misses)

    @property
    def null_ppm(self) -> int | None:
        """Mean null share of the fields (空值率); its level is the product's, its change tells."""
        return share_of_fields([one.null_ppm for one in self.fields.values()])

    @property
    def worst_psi(self) -> tuple[str, int] | None:
        """The field that drifted most, and how far."""
        known = [
            (name, one.psi_millionths)
            for name, one in self.fields.items()
            if one.psi_millionths is not None
        ]
        return max(known, key=lambda one: one[1], default=None)

    def against(self, reference: Mapping[str, FieldCounts]) -> DayQuality:
        """The day with the drift of each field."""
        return replace(
            self,
            fields={
                name: replace(one, psi_millionths=_drift(one.counts, reference.get(name, {})))
                for name, one in self.fields.items()
            },
        )


def measure(queries: Iterable[Query]) -> list[DayQuality]:
    """A day's queries of one bank as one result for each connector, drift aside."""
    calls: dict[str, list[Attempt]] = {}
    samples: dict[str, list[Mapping[str, Mapping[str, object]]]] = {}
    first: Query | None = None
    for query in queries:
        first = first or query
        for attempt in query.attempts:
            if not attempt.outcome.startswith(OUR_OWN):
                calls.setdefault(attempt.connector_id, []).append(attempt)
        source = _source(query)
        if source is not None and query.sample is not None:
            samples.setdefault(source, []).append(query.sample["fields"])
    if first is None:
        return []
    return [
        _day(first, connector_id, calls[connector_id], samples.get(connector_id, ()))
        for connector_id in sorted(calls)
    ]


def share_ppm(part: int, whole: int) -> int | None:
    """A share, rounded down; nothing of nothing is unknown."""
    return None if whole == 0 else MILLION * part // whole


def share_of_fields(shares: Sequence[int]) -> int | None:
    """The mean of shares, rounded down; of no fields it is unknown."""
    return sum(shares) // len(shares) if shares else None


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many percent of the values do not exceed (nearest rank).

    >>> percentile([15, 20, 35, 40, 50], 50), percentile([1], 99), percentile([], 50)
    (35, 1, None)
    """
    if not values:
        return None
    rank = -(-percent * len(values) // 100)
    return sorted(values)[max(rank, 1) - 1]


def added(days: Iterable[Mapping[str, FieldQuality]]) -> dict[str, dict[str, int]]:
    """Value counts of several days together, by field."""
    total: dict[str, dict[str, int]] = {}
    for fields in days:
        for name, one in fields.items():
            counts = total.setdefault(name, {})
            for bucket, count in one.counts.items():
                counts[bucket] = counts.get(bucket, 0) + count
    return total


def _source(query: Query) -> str | None:
    """The connector whose call brought the document; a cached one was counted on its day."""
    if query.cached or query.status != "hit":
        return None
    hits = [attempt.connector_id for attempt in query.attempts if attempt.outcome == "hit"]
    return hits[-1] if hits else None


def _day(
    of: Query,
    connector_id: str,
    calls: Sequence[Attempt],
    samples: Sequence[Mapping[str, Mapping[str, object]]],
) -> DayQuality:
    waited = [call.provider_ms for call in calls if call.tries]
    return DayQuality(
        bank_id=of.bank_id,
        provider_id=calls[0].provider_id,
        connector_id=connector_id,
        on=of.asked_on,
        calls=len(calls),
        answered=sum(call.outcome in ANSWERED for call in calls),
        hits=sum(call.outcome == "hit" for call in calls),
        misses=sum(call.outcome == "miss" for call in calls),
        p50_ms=percentile(waited, 50),
        p95_ms=percentile(waited, 95),
        p99_ms=percentile(waited, 99),
        fields=_fields(samples),
    )


def _fields(samples: Sequence[Mapping[str, Mapping[str, object]]]) -> dict[str, FieldQuality]:
    found: dict[str, list[Mapping[str, object]]] = {}
    for sample in samples:
        for name, one in sample.items():
            found.setdefault(name, []).append(one)
    return {name: _field(found[name]) for name in sorted(found)}


def _field(samples: Sequence[Mapping[str, object]]) -> FieldQuality:
    counts: dict[str, int] = {}
    nulls = 0
    for sample in samples:
        nulls += int(str(sample["null_ppm"]))
        of_document = sample.get("counts", {})
        if isinstance(of_document, Mapping):
            for bucket, count in of_document.items():
                counts[str(bucket)] = counts.get(str(bucket), 0) + int(count)
    return FieldQuality(
        documents=len(samples), null_ppm=nulls // len(samples), counts=dict(sorted(counts.items()))
    )


def _drift(now: FieldCounts, reference: FieldCounts) -> int | None:
    if min(sum(now.values()), sum(reference.values())) < MIN_VALUES:
        return None
    return round(psi(now, reference) * MILLION)
