"""The rows of what extdata did: the call log, meters, cached answers, audit records, events.

Keys below `BANK#{bank}#`: `QUERY#id` · `DAY#day#shard` (ids of a day's queries) ·
`JOB#connector#hash` (the pending query of a provider's job) · `METER#provider#month` ·
`CACHE#subject` · `AUDIT#day` (records that the stream's consumer chains) · `OUTBOX#…`.
Meters, audit records, day and job rows are written once and never changed or deleted.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from puhui.dynamodb import BaseRow, JsonAttribute
from puhui.outbox import OutboxRow

DAY_SHARDS: Final = 8
"""Partitions of one bank and day in the call log: 8,000 new queries a second."""
QUERY_SK: Final = "QUERY"
JOB_SK: Final = "JOB"


class QueryRow(BaseRow):
    """A query; its transition from pending to answered replaces a version."""

    status = UnicodeAttribute()
    body = UnicodeAttribute()


class DayRow(BaseRow):
    """A query of a day; its sort key is the query's id."""


class JobRow(BaseRow):
    """Which query waits for a provider's job."""

    query_id = UnicodeAttribute()


class MeterRow(BaseRow):
    """One call of a provider."""

    body = UnicodeAttribute()


class CacheRow(BaseRow):
    """An answer that may be given again; the newest one stands."""

    body = UnicodeAttribute()
    expires_at = TTLAttribute()


class AuditRecordRow(BaseRow):
    """A record that waits for its place in a chain; its sort key is the record's id."""

    bank_id = UnicodeAttribute()
    day = UnicodeAttribute()
    record = JsonAttribute()


class ExtdataOutboxRow(OutboxRow):
    """Extdata's outbox."""


QUERY_ROWS: Final[tuple[type[BaseRow], ...]] = (
    QueryRow,
    DayRow,
    JobRow,
    MeterRow,
    CacheRow,
    AuditRecordRow,
    ExtdataOutboxRow,
)


def day_shard(query_id: str) -> int:
    """The partition of a query within its day."""
    return hashlib.sha256(query_id.encode()).digest()[0] % DAY_SHARDS


def day_parts(on: date, shard: int) -> tuple[str, str, str]:
    """The partition of a shard of a day."""
    return "DAY", on.isoformat(), str(shard)


def job_parts(connector_id: str, job_id: str) -> tuple[str, str, str]:
    """The partition of a job; its provider may call it anything, so the key holds its hash."""
    return "JOB", connector_id, hashlib.sha256(job_id.encode()).hexdigest()
