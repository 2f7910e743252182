"""Read a document: a short-lived link that downloads it."""

from __future__ import annotations

from dataclasses import dataclass

from signing.domain.contract import LoanContract, StoredDocument
from signing.ports import Downloads

LINK_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLink:
    """Where the document is for the next minutes, and what its bytes must hash to."""

    url: str
    filename: str
    expires_in_seconds: int
    document: StoredDocument


@dataclass(frozen=True)
class ReadDocument:
    """The sealed PDF; before that the one to be signed."""

    downloads: Downloads

    def __call__(self, contract: LoanContract) -> DocumentLink:
        document = contract.readable()
        filename = f"{contract.contract_id}.pdf"
        return DocumentLink(
            url=self.downloads.link(contract, filename, LINK_SECONDS),
            filename=filename,
            expires_in_seconds=LINK_SECONDS,
            document=document,
        )
