"""The archive of decisions on AWS: records and artefacts in one bucket, documents in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from puhui.contracts.facts import FactReference
from puhui.tenancy import BankId
from risk.adapters.immutable_objects import get, listed
from risk.adapters.s3_artefacts import key_of
from risk.adapters.s3_fact_documents import S3FactDocuments
from risk.adapters.s3_records import PREFIX
from risk.domain.errors import DecisionNotFound
from risk.domain.listing import Listing, todays_listing
from risk.domain.record import Pin
from risk.ports import DocumentUnusable
from risk.record_ports import ArchiveBroken, checked

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HASH_SUFFIX: Final = len("-.json") + 64


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

    Where two decided the same question at once, a second record lies beside the first; the one
    that was kept first is the decision's.
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
        """The ids of all decisions of all banks, in the order of bank and id."""
        yield from dict.fromkeys(_id_of(key) for key in self._keys(PREFIX))

    def record(self, decision_id: str) -> bytes:
        """The record, if it still has the hash in its key."""
        for bank in self._banks():
            keys = self._keys(f"{bank}{decision_id}-")
            if keys:
                digest = keys[0].removesuffix(".json")[-64:]
                body = get(self.client, self.bucket, keys[0])
                return checked(f"record {decision_id}", digest, body)
        raise DecisionNotFound(f"no decision {decision_id} is in the archive")

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

    def _banks(self) -> list[str]:
        pages = listed(self.client, self.bucket, PREFIX, delimiter="/")
        return [found["Prefix"] for page in pages for found in page.get("CommonPrefixes", [])]

    def _keys(self, prefix: str) -> list[str]:
        """Keys by bank and decision; of one decision the first kept is the first."""
        pages = listed(self.client, self.bucket, prefix)
        found = [one for page in pages for one in page.get("Contents", [])]
        found.sort(key=lambda one: (one["Key"][:-HASH_SUFFIX], one["LastModified"], one["Key"]))
        return [one["Key"] for one in found]


def _id_of(key: str) -> str:
    return key.rpartition("/")[2][:-HASH_SUFFIX]
