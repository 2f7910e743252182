"""The call log in DynamoDB: a query and all that it leaves behind is one transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from heapq import merge
from typing import Final

from pynamodb.transactions import TransactWrite

from extdata.adapters.query_items import (
    CACHED,
    METER,
    Finish,
    audit_row,
    cache_key,
    cache_values,
    day_row,
    job_rows,
    meter_keys,
    meter_row,
    query_of,
    query_row,
)
from extdata.adapters.rows import PROVIDER_PREFIX, ProviderRow, bank_pk
from extdata.adapters.rows_queries import (
    DAY_SHARDS,
    JOB_SK,
    QUERY_SK,
    CacheRow,
    DayRow,
    ExtdataOutboxRow,
    JobRow,
    MeterRow,
    QueryRow,
    day_parts,
    job_parts,
)
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.errors import QueryNotFound
from extdata.domain.meter import MeterEvent
from extdata.domain.query import Query
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import NotFound, StaleVersion
from puhui.events import Envelope
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId

MAX_ATTEMPTS: Final = 4
PAUSE_SECONDS: Final = 0.04
"""Grows with each attempt and is drawn at random, so that two who met on a row part."""
READ_AT_ONCE: Final = 100
"""Rows of one batch read, as DynamoDB allows."""


class DynamoQueries:
    """`extdata.ports.Queries` on the module's table."""

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause
        self._draw = random.SystemRandom().uniform

    def get(self, bank_id: BankId, query_id: str) -> Query:
        """One strongly consistent read."""
        with dynamo_errors(missing=QueryNotFound):
            row = QueryRow.get(bank_pk(bank_id, "QUERY", query_id), QUERY_SK, consistent_read=True)
        return query_of(row)

    def find(self, bank_id: BankId, query_id: str) -> Query | None:
        """One strongly consistent read."""
        try:
            return self.get(bank_id, query_id)
        except QueryNotFound:
            return None

    def begin(self, query: Query) -> Query:
        """The query and its entry in the day's list; who comes second gets what the first wrote."""

        def write_down() -> None:
            with transaction() as write:
                _put_query(write, query)

        return self._written(query, write_down, lambda: None)

    def finish(
        self,
        query: Query,
        *,
        meters: Sequence[MeterEvent] = (),
        cache: CachedAnswer | None = None,
        events: Sequence[Envelope] = (),
    ) -> Query:
        """Query, meters, cached answer, audit record, events: one transaction.

        What was metered when the query was left pending is not metered again.
        """
        work = [Finish(query=query, meters=tuple(meters), cache=cache, events=tuple(events))]

        def write_down() -> None:
            with transaction() as write:
                _put_all(write, work[0])

        def leave_out() -> None:
            work[0] = work[0].without(_metered(work[0].meters), _taken_jobs(query))

        return self._written(query, write_down, leave_out)

    def pending_job(self, bank_id: BankId, connector_id: str, job_id: str) -> Query:
        """The pointer, then the query; both strongly consistent."""
        pk = bank_pk(bank_id, *job_parts(connector_id, job_id))
        with dynamo_errors(missing=QueryNotFound):
            row = JobRow.get(pk, JOB_SK, consistent_read=True)
        return self.get(bank_id, row.query_id)

    def of_day(self, bank_id: BankId, on: date) -> Iterator[Query]:
        """Shard by shard, a batch of queries at a time."""
        for shard in range(DAY_SHARDS):
            with dynamo_errors():
                ids = [
                    row.sk
                    for row in DayRow.query(
                        bank_pk(bank_id, *day_parts(on, shard)), consistent_read=True
                    )
                ]
            for start in range(0, len(ids), READ_AT_ONCE):
                yield from _queries(bank_id, ids[start : start + READ_AT_ONCE])

    def _written(
        self, query: Query, write_down: Callable[[], None], leave_out: Callable[[], None]
    ) -> Query:
        """Write, or answer what another run wrote first; a collision of two writes is repeated."""
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                write_down()
            except StaleVersion:
                stands = self.find(query.bank_id, query.query_id)
                if stands is not None and (stands.answered or stands.version != query.version):
                    return stands
                if attempt == MAX_ATTEMPTS:
                    raise
                leave_out()
                self._pause(self._draw(0, PAUSE_SECONDS * 2**attempt))
            else:
                return _next(query)
        raise AssertionError("unreachable")


class DynamoCache:
    """`extdata.ports.Cache`: written by `DynamoQueries.finish`, read here."""

    def find(self, key: CacheKey) -> CachedAnswer | None:
        """One strongly consistent read."""
        try:
            with dynamo_errors(missing=NotFound):
                row = CacheRow.get(*cache_key(key), consistent_read=True)
        except NotFound:
            return None
        return CACHED.read(row.body)


class DynamoMeters:
    """`extdata.ports.Meters`: written by `DynamoQueries.finish`, read here."""

    def of_month(
        self, bank_id: BankId, month: str, provider_id: str | None = None
    ) -> Iterator[MeterEvent]:
        """One partition for each provider, each in order of time, merged."""
        providers = [provider_id] if provider_id is not None else _provider_ids(bank_id)
        streams = [_meters(bank_id, one, month) for one in providers]
        yield from merge(*streams, key=lambda event: (event.called_at, event.request_no))


def _put_query(write: TransactWrite, query: Query) -> None:
    """A new query also enters the list of its day; an answered one can never be replaced."""
    if query.version:
        write.save(query_row(query), condition=QueryRow.status == "pending")
        return
    write.save(query_row(query))
    write.save(day_row(query))


def _put_all(write: TransactWrite, work: Finish) -> None:
    _put_query(write, work.query)
    for event in work.meters:
        write.save(meter_row(event))
    for job in work.jobs():
        write.save(job)
    write.save(audit_row(work.query))
    if work.cache is not None:
        row, values = cache_values(work.cache)
        write.update(row, values, add_version_condition=False)
    for outbox in outbox_rows(ExtdataOutboxRow, work.events):
        write.save(outbox)


def _next(query: Query) -> Query:
    """As it stands after the write."""
    return replace(query, version=query.version + 1)


def _queries(bank_id: BankId, ids: Sequence[str]) -> list[Query]:
    keys = [(bank_pk(bank_id, "QUERY", query_id), QUERY_SK) for query_id in ids]
    with dynamo_errors():
        return [query_of(row) for row in QueryRow.batch_get(keys, consistent_read=True)]


def _metered(meters: Sequence[MeterEvent]) -> list[MeterEvent]:
    with dynamo_errors():
        rows = list(MeterRow.batch_get(meter_keys(meters), consistent_read=True))
    return [METER.read(row.body) for row in rows]


def _taken_jobs(query: Query) -> list[str]:
    keys = [(row.pk, row.sk) for row in job_rows(query)]
    with dynamo_errors():
        return [row.pk for row in JobRow.batch_get(keys, consistent_read=True)]


def _meters(bank_id: BankId, provider_id: str, month: str) -> Iterator[MeterEvent]:
    with dynamo_errors():
        for row in MeterRow.query(
            bank_pk(bank_id, "METER", provider_id, month), consistent_read=True
        ):
            yield METER.read(row.body)


def _provider_ids(bank_id: BankId) -> list[str]:
    with dynamo_errors():
        rows = list(ProviderRow.query(bank_pk(bank_id, "PROVIDERS"), consistent_read=True))
    return [row.sk.removeprefix(PROVIDER_PREFIX) for row in rows]
