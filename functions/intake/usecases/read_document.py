"""Read what is known about one document."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.document import Document
from intake.domain.errors import DocumentNotFound
from intake.ports import Documents
from intake.usecases.access import ensure_theirs
from puhui.identity import Principal


@dataclass(frozen=True)
class ReadDocument:
    """Show a document's state to those who may see it."""

    documents: Documents

    def __call__(self, principal: Principal, document_id: str) -> Document:
        """Return the document, or raise DocumentNotFound."""
        document = self.documents.get(principal.bank_id, document_id)
        ensure_theirs(principal, "intake.read_document", document.protected(), DocumentNotFound)
        return document
