"""The call log in memory: a query with its meters, cached answer, audit record and events."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from extdata.domain.audit import ChainId
from extdata.domain.audit_record import audit_record, record_id
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.errors import QueryNotFound
from extdata.domain.limit import month_key
from extdata.domain.meter import MeterEvent
from extdata.domain.query import Query
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.tenancy import BankId


class Appends(Protocol):
    """Where audit records are chained."""

    def append(self, chain: ChainId, record_id: str, record: Mapping[str, Any]) -> bool:
        """Append once per record id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A record that waits for its place in a chain."""

    bank_id: str
    day: str
    record_id: str
    record: Mapping[str, Any]


class InMemoryCache:
    """`extdata.ports.Cache`: filled by `InMemoryQueries.finish`."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.answers: dict[CacheKey, CachedAnswer] = {}

    def find(self, key: CacheKey) -> CachedAnswer | None:
        """What is known."""
        return self.answers.get(key)


class InMemoryQueries:
    """`extdata.ports.Queries` and `Meters`; `cache` is what it knows, `audit` what it recorded."""

    def __init__(self) -> None:
        """Nothing was asked."""
        self._lock = threading.RLock()
        self._kept: dict[tuple[str, str], Query] = {}
        self._jobs: dict[tuple[str, str, str], str] = {}
        self._meters: dict[tuple[str, str, str], MeterEvent] = {}
        self.cache = InMemoryCache()
        self.audit: dict[tuple[str, str, str], AuditEntry] = {}
        self.events: list[Envelope] = []

    def get(self, bank_id: BankId, query_id: str) -> Query:
        """The query, or QueryNotFound."""
        found = self.find(bank_id, query_id)
        if found is None:
            raise QueryNotFound
        return found

    def find(self, bank_id: BankId, query_id: str) -> Query | None:
        """The query if there is one."""
        with self._lock:
            return self._kept.get((bank_id, query_id))

    def begin(self, query: Query) -> Query:
        """Keep what is about to leave the bank; who comes second gets what the first wrote."""
        with self._lock:
            return self._stands(query) or self._put(query)

    def finish(
        self,
        query: Query,
        *,
        meters: Sequence[MeterEvent] = (),
        cache: CachedAnswer | None = None,
        events: Sequence[Envelope] = (),
    ) -> Query:
        """All or nothing; a call is metered once, and the first answer stands."""
        with self._lock:
            stands = self._stands(query)
            if stands is not None:
                return stands
            for event in meters:
                key = (event.bank_id, event.provider_id, event.request_no)
                self._meters.setdefault(key, event)
            if cache is not None:
                self.cache.answers[cache.key] = cache
            self._record(query)
            self.events.extend(events)
            return self._put(query)

    def pending_job(self, bank_id: BankId, connector_id: str, job_id: str) -> Query:
        """The query that waited for a job, or QueryNotFound."""
        with self._lock:
            query_id = self._jobs.get((bank_id, connector_id, job_id))
            if query_id is None:
                raise QueryNotFound
            return self.get(bank_id, query_id)

    def of_day(self, bank_id: BankId, on: date) -> Iterator[Query]:
        """Every query of an accounting day, as they stand when the first is asked for."""
        with self._lock:
            kept = list(self._kept.values())
        yield from (query for query in kept if (query.bank_id, query.asked_on) == (bank_id, on))

    def of_month(
        self, bank_id: BankId, month: str, provider_id: str | None = None
    ) -> Iterator[MeterEvent]:
        """The calls of a month in their order."""
        with self._lock:
            kept = list(self._meters.values())
        yield from sorted(
            (
                event
                for event in kept
                if (event.bank_id, month_key(event.called_on)) == (bank_id, month)
                and provider_id in (None, event.provider_id)
            ),
            key=lambda event: (event.called_at, event.request_no),
        )

    def chain_audit(self, chains: Appends) -> int:
        """Append every record to its chain, as the stream's consumer does; answer the new ones."""
        with self._lock:
            entries = list(self.audit.values())
        return sum(
            chains.append(
                ChainId.of(entry.bank_id, entry.day, entry.record_id),
                entry.record_id,
                entry.record,
            )
            for entry in entries
        )

    def _stands(self, query: Query) -> Query | None:
        """What another run wrote; None when the given version is the one that stands."""
        stored = self._kept.get((query.bank_id, query.query_id))
        if stored is not None and (stored.answered or stored.version != query.version):
            return stored
        if stored is None and query.version:
            raise StaleVersion
        return None

    def _put(self, query: Query) -> Query:
        kept = replace(query, version=query.version + 1)
        self._kept[query.bank_id, query.query_id] = kept
        for attempt in query.attempts:
            if not query.answered and attempt.outcome == "pending" and attempt.job_id:
                job = (query.bank_id, attempt.connector_id, attempt.job_id)
                self._jobs[job] = query.query_id
        return kept

    def _record(self, query: Query) -> None:
        day, record = query.asked_on.isoformat(), record_id(query)
        self.audit[query.bank_id, day, record] = AuditEntry(
            bank_id=query.bank_id, day=day, record_id=record, record=audit_record(query)
        )
