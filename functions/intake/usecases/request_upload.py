"""Announce a document and get the form to upload it with."""

from __future__ import annotations

from dataclasses import dataclass, field

from intake.domain.document import Document, check_announcement
from intake.domain.errors import CustomerNotFound
from intake.ports import Customers, Documents, Quarantine, UploadForm
from intake.usecases.access import ensure_theirs
from puhui.clock import Clock
from puhui.identity import Principal
from puhui.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUploadCommand:
    """What will be uploaded, down to its hash."""

    principal: Principal
    customer_id: str
    product: str
    content_type: str
    size_bytes: int
    sha256: str
    file_name: str = field(repr=False)


@dataclass(frozen=True)
class RequestUpload:
    """Open a place in quarantine for exactly this document."""

    customers: Customers
    documents: Documents
    quarantine: Quarantine
    clock: Clock

    def __call__(self, command: RequestUploadCommand) -> tuple[Document, UploadForm]:
        """Return the document and the form."""
        customer = self.customers.get(command.principal.bank_id, command.customer_id)
        ensure_theirs(
            command.principal, "intake.create_document", customer.protected(), CustomerNotFound
        )
        document = Document(
            document_id=new_id("doc"),
            bank_id=customer.bank_id,
            branch_id=customer.branch_id,
            customer_id=customer.customer_id,
            product=command.product,
            content_type=command.content_type,
            size_bytes=command.size_bytes,
            sha256=command.sha256,
            file_name=command.file_name,
            created_by=command.principal.subject,
            created_at=self.clock.now(),
        )
        check_announcement(document)
        self.documents.add(document)
        return document, self.quarantine.upload_form(document)
