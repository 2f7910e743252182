"""Keep an answer (留存应答): raw pages, manifest, document, then the record, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from extdata.domain.answer import RawPage
from extdata.domain.archive import ArchivedPage, Manifest, sha256
from extdata.domain.cache import CachedAnswer, CacheKey
from extdata.domain.meter import MeterEvent
from extdata.domain.query import Attempt, DocumentRef, Query
from extdata.ports import Archive, CanonicalDocuments, Queries, Signals
from extdata.usecases.ask_route import RouteOutcome
from puhui.clock import Clock
from puhui.contracts.extdata import ExternalDataAnswered
from puhui.events import Envelope


@dataclass(frozen=True)
class KeepAnswer:
    """Write down how a query was answered, so that it can be replayed, billed and audited."""

    archive: Archive
    documents: CanonicalDocuments
    queries: Queries
    signals: Signals
    clock: Clock

    def pages(self, query: Query, outcome: RouteOutcome) -> Attempt:
        """Archive whatever came, readable or not, and answer the attempt with its address."""
        answer, failure = outcome.answer, outcome.failure
        pages = answer.pages if answer else failure.pages if failure else ()
        if not pages:
            return outcome.attempt
        self.archive.keep_raw(query.bank_id, pages)
        manifest = Manifest(
            query_id=query.query_id,
            bank_id=query.bank_id,
            attempt=outcome.attempt.number,
            provider_id=outcome.attempt.provider_id,
            connector_id=outcome.attempt.connector_id,
            connector_version=outcome.attempt.connector_version,
            product=query.product,
            request_no=outcome.attempt.request_no,
            request_sha256=_request_of(outcome),
            route_table_version=query.route_table_version,
            because=outcome.attempt.because,
            asked_at=outcome.asked_at or query.asked_at,
            asked_on=query.asked_on,
            pages=tuple(_archived(page) for page in pages),
            document_sha256=None if outcome.body is None else sha256(outcome.body),
        )
        return replace(outcome.attempt, archive_key=self.archive.keep_manifest(manifest))

    def hit(
        self, query: Query, attempts: Sequence[Attempt], outcome: RouteOutcome, gateway_ms: int
    ) -> Query:
        """Keep a document, its columns and its record."""
        body = outcome.body or b""
        pages = outcome.answer.pages if outcome.answer else ()
        derived = self.documents.derived(query.product, body)
        address = raw_address(pages)
        whole = self.archive.keep_document(query.bank_id, body, derived.columns, address)
        given_at = max((page.received_at for page in pages), default=self.clock.now())
        answered = replace(
            query,
            status="hit",
            reason=None,
            attempts=tuple(attempts),
            document=self._as_allowed(query, whole, body),
            document_at=given_at,
            gateway_ms=gateway_ms,
            sample=derived.sample,
        )
        return self._finish(answered, cached=self._cached(answered, whole, given_at))

    def miss(self, query: Query, attempts: Sequence[Attempt], gateway_ms: int) -> Query:
        """Keep that there is nothing, for the time that this is believed."""
        answered = replace(
            query,
            status="miss",
            reason="provider.miss",
            attempts=tuple(attempts),
            gateway_ms=gateway_ms,
        )
        return self._finish(answered, cached=self._cached(answered, None, self.clock.now()))

    def pending(self, query: Query, attempts: Sequence[Attempt], gateway_ms: int) -> Query:
        """Keep that the answer follows; the waiting call is metered when it ends."""
        answered = replace(
            query,
            status="pending",
            reason="provider.pending",
            attempts=tuple(attempts),
            gateway_ms=gateway_ms,
        )
        return self._finish(answered)

    def nothing(
        self, query: Query, attempts: Sequence[Attempt], reason: str, gateway_ms: int
    ) -> Query:
        """Keep that no route gave an answer, and by which rule the last one failed."""
        answered = replace(
            query,
            status="unavailable",
            reason=reason,
            attempts=tuple(attempts),
            gateway_ms=gateway_ms,
        )
        return self._finish(answered)

    def refused(self, query: Query, rule: str, gateway_ms: int = 0) -> Query:
        """Keep that the question was not allowed; nothing left the bank for it."""
        return self._finish(replace(query, status="refused", reason=rule, gateway_ms=gateway_ms))

    def from_cache(self, query: Query, known: CachedAnswer, gateway_ms: int) -> Query:
        """Keep an answer that was given before; it costs nothing and says its age."""
        document = known.document
        if document is not None and query.masked_fields:
            body = self.archive.document(document)
            document = self._as_allowed(query, document, body)
        answered = replace(
            query,
            status=known.status,
            reason=None if known.status == "hit" else "provider.miss",
            document=document,
            document_at=known.given_at,
            cached=True,
            answered_from=known.query_id,
            gateway_ms=gateway_ms,
        )
        return self._finish(answered)

    def _as_allowed(self, query: Query, whole: DocumentRef, body: bytes) -> DocumentRef:
        """What this caller may see: the document, or a copy with the masked fields empty."""
        if not query.masked_fields:
            return whole
        masked = self.documents.masked(query.product, body, query.masked_fields)
        return self.archive.keep_document(query.bank_id, masked, None, None)

    def _cached(
        self, query: Query, document: DocumentRef | None, given_at: datetime
    ) -> CachedAnswer:
        return CachedAnswer(
            key=CacheKey(
                bank_id=query.bank_id,
                subject_key=query.subject_key,
                product=query.product,
                scope=query.consent_scope,
            ),
            status="hit" if document else "miss",
            query_id=query.query_id,
            consent_id=query.consent_id,
            given_at=given_at,
            given_on=query.asked_on,
            document=document,
            provider_id=query.attempts[-1].provider_id if query.attempts else None,
        )

    def _finish(self, query: Query, cached: CachedAnswer | None = None) -> Query:
        kept = self.queries.finish(
            query, meters=self._meters(query), cache=cached, events=self._events(query)
        )
        self.signals.answered(kept)
        return kept

    def _meters(self, query: Query) -> list[MeterEvent]:
        """One event for each call that ended; a pending call ends later."""
        return [
            meter_event(query, attempt)
            for attempt in query.attempts
            if attempt.tries > 0 and attempt.outcome != "pending"
        ]

    def _events(self, query: Query) -> list[Envelope]:
        if not query.answered:
            return []
        event = ExternalDataAnswered(
            query_id=query.query_id,
            product=query.product,
            status=query.status,
            application_id=query.application_id,
            cost_fen=query.cost_fen,
        )
        return [
            event.envelope(
                bank_id=query.bank_id,
                subject=query.query_id,
                correlation_id=query.correlation_id,
                clock=self.clock,
                dedup="answered",
            )
        ]


def meter_event(query: Query, attempt: Attempt) -> MeterEvent:
    """The immutable event of one call."""
    return MeterEvent(
        bank_id=query.bank_id,
        provider_id=attempt.provider_id,
        connector_id=attempt.connector_id,
        connector_version=attempt.connector_version,
        product=query.product,
        request_no=attempt.request_no,
        query_id=query.query_id,
        attempt=attempt.number,
        called_at=query.asked_at,
        called_on=query.asked_on,
        outcome=attempt.outcome,
        charge=attempt.charge,
        cost_fen=attempt.cost_fen,
        provider_ms=attempt.provider_ms,
        caller=query.caller,
        branch_id=query.branch_id,
        application_id=query.application_id,
    )


def raw_address(pages: Sequence[RawPage]) -> str | None:
    """The hash that addresses a response of one or more pages."""
    if not pages:
        return None
    digests = [sha256(page.opened) for page in pages]
    return digests[0] if len(digests) == 1 else sha256("\n".join(digests).encode())


def _request_of(outcome: RouteOutcome) -> str:
    source = outcome.answer or outcome.failure
    return source.request_sha256 if source else ""


def _archived(page: RawPage) -> ArchivedPage:
    return ArchivedPage(
        wire_sha256=sha256(page.wire),
        opened_sha256=sha256(page.opened),
        status=page.status,
        content_type=page.content_type,
        received_at=page.received_at,
    )
