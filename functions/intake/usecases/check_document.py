"""Check an uploaded document, and let only a clean one out of quarantine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from intake.domain import content
from intake.domain.document import DOCUMENT_PRODUCTS, Document, DocumentStatus
from intake.ports import Documents, DocumentStore, FactSchemas, Quarantine
from puhui.clock import Clock
from puhui.contracts.intake import DocumentAccepted, DocumentRejected
from puhui.events import Envelope
from puhui.tenancy import BankId


@dataclass(frozen=True)
class CheckDocument:
    """Compare an upload with its announcement, then accept or refuse it for good.

    The bytes that are stored are the bytes that were checked, read once: whoever overwrites the
    upload in between changes nothing. A second delivery finds the verdict and only tidies up.
    """

    documents: Documents
    quarantine: Quarantine
    store: DocumentStore
    schemas: FactSchemas
    clock: Clock

    def __call__(self, bank_id: BankId, document_id: str) -> Document:
        """Return the document with its verdict."""
        document = self.documents.get(bank_id, document_id)
        if not document.is_checked:
            document = self._checked(document)
            self.documents.save(document, (self._event(document),))
        self.quarantine.discard(document)
        return document

    def _checked(self, document: Document) -> Document:
        body = self.quarantine.read(document)
        reason = self._refusal(document, body)
        if reason is not None:
            return document.reject(reason, self.clock.now())
        bucket, key = self.store.keep(document, body)
        return document.accept(bucket, key, self.clock.now())

    def _refusal(self, document: Document, body: bytes) -> str | None:
        """Why the bytes are not the announced ones, or not a clean file of their type."""
        if len(body) != document.size_bytes:
            return "size"
        if hashlib.sha256(body).hexdigest() != document.sha256:
            return "sha256"
        if DOCUMENT_PRODUCTS[document.product].is_fact:
            return self.schemas.refusal(document.product, body)
        return content.refusal(document.content_type, body)

    def _event(self, document: Document) -> Envelope:
        """Say what became of the document; told twice, it is the same event."""
        accepted = document.status is DocumentStatus.ACCEPTED
        event = (
            DocumentAccepted(
                document_id=document.document_id,
                customer_id=document.customer_id,
                product=document.product,
                sha256=document.sha256,
                size_bytes=document.size_bytes,
            )
            if accepted
            else DocumentRejected(
                document_id=document.document_id,
                customer_id=document.customer_id,
                product=document.product,
                reason=document.rejection or "",
            )
        )
        return event.envelope(
            bank_id=document.bank_id,
            subject=document.document_id,
            correlation_id=document.document_id,
            clock=self.clock,
            dedup="checked",
        )
