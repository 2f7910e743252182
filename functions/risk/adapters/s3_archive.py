"""The archive of decisions on AWS: records and artefacts in one bucket, documents in another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId
from risk.adapters.immutable_objects import get, versions
from risk.adapters.s3_artefacts import key_of
from risk.adapters.s3_fact_documents import S3FactDocuments
from risk.adapters.s3_records import PREFIX, record_key
from risk.domain.errors import DecisionNotFound
from risk.domain.listing import Listing, todays_listing
from risk.domain.record import Pin
from risk.ports import DocumentUnusable
from risk.record_ports import ArchiveBroken, checked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RECORD: Final = re.compile(rf"{PREFIX}[^/]+/(dec-[0-9a-f]+)\.json")
"""Whatever else lies below the prefix is no decision."""


@dataclass(frozen=True)
class S3KeptArtefacts:
    """Artefacts and listings by hash, each fetched once."""

    client: S3Client
    bucket: str
    _known: dict[Pin, bytes] = field(default_factory=dict)

    def artefact(self, pin: Pin) -> bytes:
        """The artefact's bytes, if they still have their hash."""
        if pin not in self._known:
            body = get(self.client, self.bucket, key_of(pin))
            self._known[pin] = checked(f"{pin.kind} {pin.sha256}", pin.sha256, body)
        return self._known[pin]

    def listing(self, sha256: str) -> Listing:
        """`risk.record_ports.Listings`; today's is in the code and needs no read."""
        today = todays_listing()
        if sha256 == today.sha256:
            return today
        return Listing.read(self.artefact(Pin("listing", sha256)))


@dataclass(frozen=True)
class S3Archive:
    """`risk.record_ports.DecisionArchive` over the decisions bucket and the documents bucket.

    A decision has one record, and that has one version: the decider wrote it to a free key. More
    versions, or a mark of deletion, came from somebody else, and the record is not believed.
    """

    client: S3Client
    bucket: str
    documents: S3FactDocuments
    artefacts: S3KeptArtefacts

    @classmethod
    def of(cls, client: S3Client, bucket: str, documents_bucket: str) -> S3Archive:
        """The archive in these two buckets."""
        documents = S3FactDocuments(client, documents_bucket)
        return cls(client, bucket, documents, S3KeptArtefacts(client, bucket))

    def decisions(self) -> Iterator[str]:
        """The ids of all decisions of all banks, in the order of bank and id; deleted ones, too."""
        keys = (RECORD.fullmatch(one["Key"]) for one in self._versions(PREFIX))
        yield from dict.fromkeys(found[1] for found in keys if found)

    def record(self, decision_id: str) -> bytes:
        """The record, if it is as it was kept."""
        for bank in self._banks():
            key = record_key(bank, decision_id)
            found = [one for one in self._versions(key) if one["Key"] == key]
            if found:
                return self._only(f"record {decision_id}", found)
        raise DecisionNotFound(f"no decision {decision_id} is in the archive")

    def _only(self, what: str, found: list[Any]) -> bytes:
        if len(found) > 1:
            raise ArchiveBroken(what, "overwritten or deleted")
        body = get(self.client, self.bucket, found[0]["Key"])
        if body is None:
            raise ArchiveBroken(what, "absent")
        return body

    def document(self, bank_id: BankId, reference: FactReference) -> bytes:
        """The document, from the place that the reference names."""
        try:
            return self.documents.read(bank_id, reference)
        except DocumentUnusable as unusable:
            raise ArchiveBroken(f"document {reference.sha256}", unusable.reason) from unusable

    def artefact(self, pin: Pin) -> bytes:
        """The artefact's bytes, if they still have their hash."""
        return self.artefacts.artefact(pin)

    def listing(self, sha256: str) -> Listing:
        """`risk.record_ports.Listings`."""
        return self.artefacts.listing(sha256)

    def _banks(self) -> list[BankId]:
        pages = versions(self.client, self.bucket, PREFIX, delimiter="/")
        prefixes = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
        return [BankId(prefix.removeprefix(PREFIX).rstrip("/")) for prefix in prefixes]

    def _versions(self, prefix: str) -> list[Any]:
        """Objects and marks of deletion below a prefix, by key."""
        pages = versions(self.client, self.bucket, prefix)
        kinds = ("Versions", "DeleteMarkers")
        found = [one for page in pages for kind in kinds for one in page.get(kind, [])]
        return sorted(found, key=lambda one: str(one["Key"]))
