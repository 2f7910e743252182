"""All of intake's ports at once: on fakes, or on moto."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3

from intake.adapters.dynamo_applications import DynamoApplications
from intake.adapters.dynamo_consents import DynamoConsents
from intake.adapters.dynamo_customers import DynamoCustomers
from intake.adapters.dynamo_documents import DynamoDocuments
from intake.adapters.dynamo_products import DynamoProducts
from intake.adapters.dynamo_refusals import DynamoRefusals
from intake.adapters.s3_document_store import S3DocumentStore
from intake.adapters.s3_quarantine import S3Quarantine, quarantine_key
from intake.domain.document import Document
from intake.ports import (
    Applications,
    Consents,
    Customers,
    Documents,
    DocumentStore,
    Products,
    Quarantine,
    Refusals,
)
from puhui.blind_index import BlindIndex
from puhui.clock import FixedClock
from puhui.contracts.intake import ApplicationWithdrawn
from puhui.events import Envelope
from puhui.field_cipher import FieldCipher
from tests.support.aws import create_key
from tests.support.intake_aws import DOCUMENTS, QUARANTINE, TABLE
from tests.support.intake_builders import (
    NOON,
    NORTH,
    TODAY,
)
from tests.support.intake_fakes import (
    InMemoryApplications,
    InMemoryConsents,
    InMemoryCustomers,
    InMemoryDocuments,
    InMemoryDocumentStore,
    InMemoryProducts,
    InMemoryQuarantine,
    InMemoryRefusals,
)


@dataclass(frozen=True)
class Ports:
    """One set of ports over one store, and what a test needs to see from behind."""

    customers: Customers
    refusals: Refusals
    consents: Consents
    documents: Documents
    applications: Applications
    products: Products
    quarantine: Quarantine
    store: DocumentStore
    upload: Callable[[Document, bytes], None]
    published: Callable[[], list[str]]


def in_memory() -> Ports:
    consents, documents = InMemoryConsents(), InMemoryDocuments()
    applications, quarantine = InMemoryApplications(), InMemoryQuarantine()
    outboxes: tuple[Any, ...] = (consents, documents, applications)
    return Ports(
        customers=InMemoryCustomers(consents),
        refusals=InMemoryRefusals(),
        consents=consents,
        documents=documents,
        applications=applications,
        products=InMemoryProducts(),
        quarantine=quarantine,
        store=InMemoryDocumentStore(),
        upload=quarantine.upload,
        published=lambda: [one.event_id for box in outboxes for one in box.published],
    )


def on_aws() -> Ports:
    s3, kms = boto3.client("s3"), boto3.client("kms")
    cipher = FieldCipher(kms, create_key(), FixedClock(NOON))

    def upload(document: Document, body: bytes) -> None:
        s3.put_object(Bucket=QUARANTINE, Key=quarantine_key(document), Body=body)

    def published() -> list[str]:
        items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
        keys = [item["pk"]["S"] for item in items]
        return [key.removeprefix("OUTBOX#") for key in keys if key.startswith("OUTBOX#")]

    return Ports(
        customers=DynamoCustomers(cipher, BlindIndex(bytes(range(32)))),
        refusals=DynamoRefusals(),
        consents=DynamoConsents(),
        documents=DynamoDocuments(cipher),
        applications=DynamoApplications(),
        products=DynamoProducts(),
        quarantine=S3Quarantine(s3, QUARANTINE),
        store=S3DocumentStore(s3, DOCUMENTS, create_key()),
        upload=upload,
        published=published,
    )


def an_envelope(dedup: str = "withdrawn") -> Envelope:
    event = ApplicationWithdrawn(application_id="app-1", withdrawn_on=TODAY)
    return event.envelope(
        bank_id=NORTH,
        subject="app-1",
        correlation_id="app-1",
        clock=FixedClock(NOON),
        dedup=dedup,
    )
