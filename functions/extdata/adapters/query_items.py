"""The rows that one answered query leaves behind, all written in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from pynamodb.expressions.update import Action

from extdata.adapters.rows import bank_pk
from extdata.adapters.rows_queries import (
    JOB_SK,
    QUERY_SK,
    AuditRecordRow,
    CacheRow,
    DayRow,
    JobRow,
    MeterRow,
    QueryRow,
    day_parts,
    day_shard,
    job_parts,
)
from extdata.domain.audit_record import audit_record, record_id
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.limit import month_key
from extdata.domain.meter import MeterEvent
from extdata.domain.query import Query
from puhui.bodies import Body
from puhui.clock import utc_text
from puhui.events import Envelope

CACHE_ROW_KEPT: Final = timedelta(days=400)
"""Longer than any route table believes an answer; then the table drops the row by itself."""

QUERY = Body(Query)
METER = Body(MeterEvent)
CACHED = Body(CachedAnswer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """What is written when a query is left answered or pending."""

    query: Query
    meters: tuple[MeterEvent, ...] = ()
    cache: CachedAnswer | None = None
    events: tuple[Envelope, ...] = ()
    taken_jobs: frozenset[str] = frozenset()
    """Partitions of jobs for which a query waits already: a provider named two alike."""

    def without(self, metered: Iterable[MeterEvent], taken_jobs: Iterable[str]) -> Finish:
        """The same without calls that were metered before and jobs that are taken."""
        there = set(metered)
        return replace(
            self,
            meters=tuple(one for one in self.meters if one not in there),
            taken_jobs=frozenset(taken_jobs),
        )

    def jobs(self) -> list[JobRow]:
        """The pointers that are still to be written."""
        return [row for row in job_rows(self.query) if row.pk not in self.taken_jobs]


def query_row(query: Query) -> QueryRow:
    """The row that replaces the version that was read, or is created."""
    return QueryRow(
        bank_pk(query.bank_id, "QUERY", query.query_id),
        QUERY_SK,
        status=query.status,
        body=QUERY.write(query),
    ).at_version(query.version)


def query_of(row: QueryRow) -> Query:
    """The query in a row."""
    return replace(QUERY.read(row.body), version=row.version)


def day_row(query: Query) -> DayRow:
    """The entry in the list of its day."""
    parts = day_parts(query.asked_on, day_shard(query.query_id))
    return DayRow(bank_pk(query.bank_id, *parts), query.query_id)


def job_rows(query: Query) -> list[JobRow]:
    """The pointers by which a provider's delivery finds the query; none for an answered one."""
    return [
        JobRow(
            bank_pk(query.bank_id, *job_parts(attempt.connector_id, attempt.job_id)),
            JOB_SK,
            query_id=query.query_id,
        )
        for attempt in query.attempts
        if not query.answered and attempt.outcome == "pending" and attempt.job_id
    ]


def meter_row(event: MeterEvent) -> MeterRow:
    """The row of a call; the sort key is time and request number."""
    return MeterRow(
        bank_pk(event.bank_id, "METER", event.provider_id, month_key(event.called_on)),
        f"{utc_text(event.called_at)}#{event.request_no}",
        body=METER.write(event),
    )


def audit_row(query: Query) -> AuditRecordRow:
    """The record that the stream's consumer puts into a chain of the accounting day."""
    day = query.asked_on.isoformat()
    return AuditRecordRow(
        bank_pk(query.bank_id, "AUDIT", day),
        record_id(query),
        bank_id=query.bank_id,
        day=day,
        record=audit_record(query),
    )


def cache_key(key: CacheKey) -> tuple[str, str]:
    """Partition and sort key of an answer that may be given again."""
    return bank_pk(key.bank_id, "CACHE", key.subject_key), f"{key.product}#{key.scope}"


def meter_keys(meters: Sequence[MeterEvent]) -> list[tuple[str, str]]:
    """The keys of calls."""
    rows = [meter_row(event) for event in meters]
    return [(row.pk, row.sk) for row in rows]


def cache_values(cached: CachedAnswer) -> tuple[CacheRow, list[Action]]:
    """The row of a cached answer, and what to set on it: the newest one stands."""
    row = CacheRow(*cache_key(cached.key))
    return row, [
        CacheRow.body.set(CACHED.write(cached)),
        CacheRow.expires_at.set(cached.given_at + CACHE_ROW_KEPT),
    ]
