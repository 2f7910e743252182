"""Documents in DynamoDB: what was announced, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.adapters.rows import DocumentRow, IntakeOutboxRow, document_key
from intake.domain.document import Document, DocumentStatus
from intake.domain.errors import DocumentNotFound
from puhui.dynamodb import dynamo_errors, transaction
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.field_cipher import FieldCipher
from puhui.outbox import outbox_rows
from puhui.tenancy import BankId

_DOCUMENT = "DOCUMENT"


@dataclass(frozen=True)
class DynamoDocuments:
    """One row per document."""

    cipher: FieldCipher

    def add(self, document: Document) -> None:
        """Keep a new document."""
        with dynamo_errors(conflict=StaleVersion):
            self._row(document).save()

    def get(self, bank_id: BankId, document_id: str) -> Document:
        """Return the document as last written, or raise DocumentNotFound."""
        with dynamo_errors(missing=DocumentNotFound):
            row = DocumentRow.get(
                document_key(bank_id, document_id), _DOCUMENT, consistent_read=True
            )
        return self._document(row)

    def get_many(self, bank_id: BankId, document_ids: Sequence[str]) -> tuple[Document, ...]:
        """Return those that exist, in the order asked for, in one read."""
        if not document_ids:
            return ()
        keys = [(document_key(bank_id, one), _DOCUMENT) for one in dict.fromkeys(document_ids)]
        with dynamo_errors():
            rows = list(DocumentRow.batch_get(keys, consistent_read=True))
        found = {row.document_id: self._document(row) for row in rows}
        return tuple(found[one] for one in document_ids if one in found)

    def save(self, document: Document, events: Sequence[Envelope]) -> None:
        """Keep a checked document with its events, or raise StaleVersion."""
        with transaction(conflict=StaleVersion) as write:
            write.save(self._row(document))
            for outbox in outbox_rows(IntakeOutboxRow, events):
                write.save(outbox)

    def _row(self, document: Document) -> DocumentRow:
        row = DocumentRow(
            pk=document_key(document.bank_id, document.document_id),
            sk=_DOCUMENT,
            bank_id=document.bank_id,
            document_id=document.document_id,
            branch_id=document.branch_id,
            customer_id=document.customer_id,
            product=document.product,
            content_type=document.content_type,
            size_bytes=document.size_bytes,
            sha256=document.sha256,
            created_by=document.created_by,
            created_at=document.created_at,
            status=document.status.value,
            rejection=document.rejection,
            bucket=document.bucket,
            key=document.key,
            checked_at=document.checked_at,
        ).at_version(document.version)
        row.encrypt_field(self.cipher, "file_name", document.file_name, bank_id=document.bank_id)
        return row

    def _document(self, row: DocumentRow) -> Document:
        return Document(
            document_id=row.document_id,
            bank_id=BankId(row.bank_id),
            branch_id=row.branch_id,
            customer_id=row.customer_id,
            product=row.product,
            content_type=row.content_type,
            size_bytes=int(row.size_bytes),
            sha256=row.sha256,
            file_name=row.decrypt_field(self.cipher, "file_name"),
            created_by=row.created_by,
            created_at=row.created_at,
            status=DocumentStatus(row.status),
            rejection=row.rejection,
            bucket=row.bucket,
            key=row.key,
            checked_at=row.checked_at,
            version=row.version or 0,
        )
