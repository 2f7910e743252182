"""Replay a query (重放查询): the same canonical document from the archive, with zero calls."""

from __future__ import annotations

from dataclasses import dataclass

from extdata.domain.answer import RawPage
from extdata.domain.archive import Manifest, sha256
from extdata.domain.errors import QueryNotFound
from extdata.ports import Archive, CanonicalDocuments, Connectors, Queries
from extdata.provider_ports import ProviderCalls
from puhui.tenancy import BankId


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What the archive gives today, and whether it is what was given then."""

    query_id: str
    manifest: Manifest
    body: bytes
    sha256: str

    @property
    def identical(self) -> bool:
        """Byte for byte the document of then."""
        return self.sha256 == self.manifest.document_sha256


@dataclass(frozen=True)
class ReplayQuery:
    """Map the archived bytes again, by the connector version and the clock of then."""

    queries: Queries
    connectors: Connectors
    archive: Archive
    calls: ProviderCalls
    documents: CanonicalDocuments

    def __call__(self, bank_id: BankId, query_id: str) -> Replay:
        """Answer the replayed document; a query without one raises QueryNotFound."""
        query = self.queries.get(bank_id, query_id)
        key = next(
            (one.archive_key for one in query.attempts if one.outcome == "hit"),
            None,
        )
        if key is None:
            raise QueryNotFound("this query has no archived document", rule="replay.no_document")
        manifest = self.archive.manifest(key)
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
        body = self.documents.encode(manifest.product, answer.document or {})
        return Replay(query_id=query_id, manifest=manifest, body=body, sha256=sha256(body))
