"""Replay a query (重放查询): the same canonical document from the archive, with zero calls."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.answer import Meaning, RawPage
from extdata.domain.archive import Manifest, sha256
from extdata.domain.errors import QueryNotFound
from extdata.domain.query import Query
from extdata.ports import Archive, CanonicalDocuments, Connectors, Queries
from extdata.provider_ports import ProviderCalls
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the archive gives today, and whether it is what was given then."""

    query_id: str
    answered_from: str | None
    """The earlier query that got the answer, when this one was answered from the cache."""
    manifest: Manifest
    status: Meaning
    body: bytes | None
    """The canonical document of a hit; None for a miss."""

    @property
    def sha256(self) -> str | None:
        """The hash of the replayed document."""
        return None if self.body is None else sha256(self.body)

    @property
    def identical(self) -> bool:
        """Byte for byte the document of then, or again nothing."""
        return self.status != "pending" and self.sha256 == self.manifest.document_sha256


@dataclass(frozen=True)
class ReplayQuery:
    """Map the archived bytes again, by the connector version and the clock of then."""

    queries: Queries
    connectors: Connectors
    archive: Archive
    calls: ProviderCalls
    documents: CanonicalDocuments

    def __call__(self, bank_id: BankId, query_id: str) -> Replay:
        """Answer the replayed document; a query that no provider answered raises QueryNotFound."""
        query = self.queries.get(bank_id, query_id)
        source = query.answered_from
        manifest = self._manifest(query if source is None else self.queries.get(bank_id, source))
        connector = self.connectors.get(bank_id, manifest.connector_id, manifest.connector_version)
        pages = [
            RawPage(
                wire=b"",
                opened=self.archive.raw(bank_id, page.opened_sha256),
                status=page.status,
                content_type=page.content_type,
                received_at=page.received_at,
            )
            for page in manifest.pages
        ]
        answer = self.calls.read(connector, pages, asked_on=manifest.asked_on)
        body = (
            None
            if answer.document is None
            else self.documents.encode(manifest.product, answer.document)
        )
        return Replay(
            query_id=query_id,
            answered_from=source,
            manifest=manifest,
            status=answer.meaning,
            body=body,
        )

    def _manifest(self, query: Query) -> Manifest:
        """What was archived of the call that answered the query."""
        for attempt in query.attempts:
            if attempt.outcome == query.status and attempt.archive_key:
                return self.archive.manifest(attempt.archive_key)
        raise QueryNotFound(
            "no provider answered this query, so nothing was archived of an answer",
            rule="replay.no_answer",
        )
