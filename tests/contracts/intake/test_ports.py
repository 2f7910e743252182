"""Intake's ports: the fake and the adapter keep the same promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from intake.adapters.dynamo_applications import DynamoApplications
from intake.adapters.dynamo_consents import DynamoConsents
from intake.adapters.dynamo_customers import DynamoCustomers
from intake.adapters.dynamo_documents import DynamoDocuments
from intake.adapters.dynamo_products import DynamoProducts
from intake.adapters.s3_document_store import S3DocumentStore
from intake.adapters.s3_quarantine import S3Quarantine, quarantine_key
from intake.domain.document import Document
from intake.domain.errors import (
    ApplicationAlreadyExists,
    ApplicationNotFound,
    ConsentNotFound,
    CursorNotValid,
    CustomerAlreadyRegistered,
    CustomerNotFound,
    DocumentNotFound,
)
from intake.ports import (
    ApplicationQuery,
    Applications,
    Consents,
    Customers,
    Documents,
    DocumentStore,
    Products,
    Quarantine,
)
from puhui.blind_index import BlindIndex
from puhui.clock import FixedClock
from puhui.contracts.intake import ApplicationWithdrawn
from puhui.errors import StaleVersion
from puhui.events import Envelope
from puhui.field_cipher import FieldCipher
from tests.support.aws import create_key, scan_text
from tests.support.intake_aws import DOCUMENTS, QUARANTINE, TABLE, intake_on_aws
from tests.support.intake_builders import (
    NOON,
    NORTH,
    SOUTH,
    TODAY,
    a_consent,
    a_customer,
    a_document,
    a_product,
    a_step,
    an_application,
    invoice_bytes,
    some_personal_data,
)
from tests.support.intake_fakes import (
    InMemoryApplications,
    InMemoryConsents,
    InMemoryCustomers,
    InMemoryDocuments,
    InMemoryDocumentStore,
    InMemoryProducts,
    InMemoryQuarantine,
)


@dataclass(frozen=True)
class Ports:
    """One set of ports over one store, and what a test needs to see from behind."""

    customers: Customers
    consents: Consents
    documents: Documents
    applications: Applications
    products: Products
    quarantine: Quarantine
    store: DocumentStore
    upload: Callable[[Document, bytes], None]
    published: Callable[[], list[str]]


def _in_memory() -> Ports:
    consents, documents = InMemoryConsents(), InMemoryDocuments()
    applications, quarantine = InMemoryApplications(), InMemoryQuarantine()
    outboxes: tuple[Any, ...] = (consents, documents, applications)
    return Ports(
        customers=InMemoryCustomers(consents),
        consents=consents,
        documents=documents,
        applications=applications,
        products=InMemoryProducts(),
        quarantine=quarantine,
        store=InMemoryDocumentStore(),
        upload=quarantine.upload,
        published=lambda: [one.event_id for box in outboxes for one in box.published],
    )


def _on_aws() -> Ports:
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
        consents=DynamoConsents(),
        documents=DynamoDocuments(cipher),
        applications=DynamoApplications(),
        products=DynamoProducts(),
        quarantine=S3Quarantine(s3, QUARANTINE),
        store=S3DocumentStore(s3, DOCUMENTS, create_key()),
        upload=upload,
        published=published,
    )


@pytest.fixture(params=["memory", "aws"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    """The fakes, then the adapters."""
    if request.param == "memory":
        yield _in_memory()
        return
    with intake_on_aws():
        yield _on_aws()


def _envelope(dedup: str = "withdrawn") -> Envelope:
    event = ApplicationWithdrawn(application_id="app-1", withdrawn_on=TODAY)
    return event.envelope(
        bank_id=NORTH,
        subject="app-1",
        correlation_id="app-1",
        clock=FixedClock(NOON),
        dedup=dedup,
    )


def test_a_customer_comes_back_as_it_was(ports: Ports) -> None:
    ports.customers.add(a_customer())

    assert ports.customers.get(NORTH, "cust-1") == a_customer(version=1)


def test_an_identity_is_held_once(ports: Ports) -> None:
    ports.customers.add(a_customer())

    with pytest.raises(CustomerAlreadyRegistered):
        ports.customers.add(a_customer(customer_id="cust-2"))

    with pytest.raises(CustomerNotFound):
        ports.customers.get(NORTH, "cust-2")


def test_an_id_is_held_once(ports: Ports) -> None:
    ports.customers.add(a_customer())
    other = a_customer(personal=some_personal_data(uscc="91340100MA2ABCD13N"))

    with pytest.raises(CustomerAlreadyRegistered):
        ports.customers.add(other)

    with pytest.raises(CustomerNotFound):
        ports.customers.with_identity_of(other)


def test_a_customer_is_found_by_identity(ports: Ports) -> None:
    ports.customers.add(a_customer())

    found = ports.customers.with_identity_of(a_customer(customer_id="whoever"))

    assert found.customer_id == "cust-1"


def test_another_bank_s_customer_does_not_exist(ports: Ports) -> None:
    ports.customers.add(a_customer())

    with pytest.raises(CustomerNotFound):
        ports.customers.get(SOUTH, "cust-1")
    with pytest.raises(CustomerNotFound):
        ports.customers.file(SOUTH, "cust-1")
    with pytest.raises(CustomerNotFound):
        ports.customers.with_identity_of(a_customer(bank_id=SOUTH))


def test_a_file_holds_the_customer_and_exactly_its_consents(ports: Ports) -> None:
    ports.customers.add(a_customer())
    ports.consents.add(a_consent())
    ports.consents.add(a_consent(consent_id="con-2", scope="credit_bureau"))
    ports.consents.add(a_consent(consent_id="con-3", customer_id="cust-10"))

    file = ports.customers.file(NORTH, "cust-1")

    assert file.customer.customer_id == "cust-1"
    assert sorted(one.consent_id for one in file.consents) == ["con-1", "con-2"]


def test_a_consent_comes_back_by_its_own_id(ports: Ports) -> None:
    ports.consents.add(a_consent())

    assert ports.consents.get(NORTH, "con-1") == a_consent(version=1)
    with pytest.raises(ConsentNotFound):
        ports.consents.get(SOUTH, "con-1")


def test_a_consent_added_twice_stays_as_it_is(ports: Ports) -> None:
    ports.consents.add(a_consent())
    withdrawn = ports.consents.get(NORTH, "con-1").withdraw(TODAY, "x")
    ports.consents.save(withdrawn, ())

    ports.consents.add(a_consent())

    assert ports.consents.get(NORTH, "con-1").withdrawn_on == TODAY


def test_a_stale_consent_is_refused_with_its_event(ports: Ports) -> None:
    ports.consents.add(a_consent())
    old = ports.consents.get(NORTH, "con-1")
    ports.consents.save(old.withdraw(TODAY, "x"), ())

    with pytest.raises(StaleVersion):
        ports.consents.save(old.withdraw(TODAY, "y"), (_envelope(),))

    assert ports.published() == []


def test_a_document_comes_back_as_it_was(ports: Ports) -> None:
    document = a_document()
    ports.documents.add(document)
    kept = ports.documents.get(NORTH, "doc-1")

    ports.documents.save(kept.accept("documents", "key", NOON), (_envelope(),))

    found = ports.documents.get(NORTH, "doc-1")
    assert found == replace(document.accept("documents", "key", NOON), version=2)
    assert ports.published() == [_envelope().event_id]


def test_documents_come_in_the_order_asked_for_and_missing_ones_are_missing(ports: Ports) -> None:
    for n in range(3):
        ports.documents.add(a_document(document_id=f"doc-{n}"))
    ports.documents.add(a_document(document_id="doc-9", bank_id=SOUTH))

    found = ports.documents.get_many(NORTH, ["doc-2", "doc-7", "doc-0", "doc-9"])

    assert [one.document_id for one in found] == ["doc-2", "doc-0"]
    assert ports.documents.get_many(NORTH, []) == ()


def test_a_document_nobody_announced_is_not_found(ports: Ports) -> None:
    with pytest.raises(DocumentNotFound):
        ports.documents.get(NORTH, "doc-1")


def test_an_application_comes_back_as_it_was(ports: Ports) -> None:
    application = (
        an_application(document_ids=())
        .submit(TODAY, NOON)
        .follow(a_step())
        .withdraw(TODAY, NOON + timedelta(seconds=1))
        .follow(a_step("evt-2", NOON + timedelta(minutes=1), outcome="withdrawn"))
    )

    ports.applications.add(application)

    assert ports.applications.get(NORTH, "app-1") == replace(application, version=1)


def test_an_application_is_added_once(ports: Ports) -> None:
    ports.applications.add(an_application())

    with pytest.raises(ApplicationAlreadyExists):
        ports.applications.add(an_application(purpose="另一笔"))


def test_the_events_of_a_save_are_kept_with_it_or_not_at_all(ports: Ports) -> None:
    ports.applications.add(an_application())
    draft = ports.applications.get(NORTH, "app-1")
    saved = ports.applications.save(draft.submit(TODAY, NOON), (_envelope("submitted"),))

    with pytest.raises(StaleVersion):
        ports.applications.save(draft.withdraw(TODAY, NOON), (_envelope("withdrawn"),))

    assert saved == ports.applications.get(NORTH, "app-1")
    assert ports.published() == [_envelope("submitted").event_id]


def test_a_stale_save_without_events_is_refused_too(ports: Ports) -> None:
    ports.applications.add(an_application())
    draft = ports.applications.get(NORTH, "app-1")
    ports.applications.save(draft.submit(TODAY, NOON))

    with pytest.raises(StaleVersion):
        ports.applications.save(draft.withdraw(TODAY, NOON))


def test_an_application_nobody_made_is_not_found(ports: Ports) -> None:
    ports.applications.add(an_application())

    with pytest.raises(ApplicationNotFound):
        ports.applications.get(SOUTH, "app-1")


def _with_applications(ports: Ports) -> None:
    for n in range(7):
        ports.applications.add(
            an_application(
                application_id=f"app-{n}",
                branch_id="b1" if n % 2 else "b2",
                customer_id=f"cust-{n % 3}",
                created_at=NOON + timedelta(minutes=n),
            )
        )
    ports.applications.add(an_application(application_id="app-9", bank_id=SOUTH))


SCOPES: dict[str, tuple[dict[str, str], list[str]]] = {
    "bank": ({}, ["app-6", "app-5", "app-4", "app-3", "app-2", "app-1", "app-0"]),
    "branch": ({"branch_id": "b1"}, ["app-5", "app-3", "app-1"]),
    "customer": ({"customer_id": "cust-0"}, ["app-6", "app-3", "app-0"]),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_show_everything_once_newest_first(ports: Ports, scope: str, limit: int) -> None:
    _with_applications(ports)
    who, expected = SCOPES[scope]

    seen: list[str] = []
    cursor: str | None = None
    for _ in range(10):
        page = ports.applications.page(
            ApplicationQuery(bank_id=NORTH, limit=limit, cursor=cursor, **who)
        )
        assert len(page.applications) <= limit
        seen += [one.application_id for one in page.applications]
        cursor = page.cursor
        if cursor is None:
            break

    assert seen == expected


def test_a_cursor_of_one_list_shows_nothing_of_another(ports: Ports) -> None:
    _with_applications(ports)
    whole = ports.applications.page(ApplicationQuery(bank_id=NORTH, limit=2))

    page = ports.applications.page(
        ApplicationQuery(bank_id=NORTH, limit=10, customer_id="cust-0", cursor=whole.cursor)
    )

    assert {one.customer_id for one in page.applications} == {"cust-0"}


@pytest.mark.parametrize("cursor", ["nonsense!", "Zm9v", "%%%", "eyJwayI6IngifQ", "QQ"])
def test_a_cursor_that_is_not_ours_is_refused(ports: Ports, cursor: str) -> None:
    with pytest.raises(CursorNotValid):
        ports.applications.page(ApplicationQuery(bank_id=NORTH, limit=2, cursor=cursor))


def test_every_version_of_a_product_is_kept_once_and_never_changed(ports: Ports) -> None:
    ports.products.add(NORTH, a_product(version=2))
    ports.products.add(NORTH, a_product(version=1))
    ports.products.add(NORTH, a_product(version=2, name="改名"))
    ports.products.add(NORTH, a_product(code="sme-invoice-loan-2"))
    ports.products.add(SOUTH, a_product())

    versions = ports.products.versions(NORTH, "sme-invoice-loan")

    assert sorted((one.version, one.name) for one in versions) == [(1, "税票贷"), (2, "税票贷")]
    assert len(ports.products.of_bank(NORTH)) == 3


def test_an_upload_is_read_sized_and_discarded(ports: Ports) -> None:
    document = a_document()
    ports.upload(document, invoice_bytes())

    assert ports.quarantine.size(document) == document.size_bytes
    assert ports.quarantine.read(document) == invoice_bytes()
    for _ in range(2):
        ports.quarantine.discard(document)
    with pytest.raises(DocumentNotFound):
        ports.quarantine.size(document)
    with pytest.raises(DocumentNotFound):
        ports.quarantine.read(document)


def test_checked_bytes_are_kept_below_the_module_s_prefix(ports: Ports) -> None:
    document = a_document()

    places = {ports.store.keep(document, invoice_bytes()) for _ in range(2)}

    ((_, key),) = places
    assert key == "intake/north/doc-1"


def test_no_personal_data_lie_in_the_table_in_clear() -> None:
    personal = some_personal_data()
    with intake_on_aws():
        ports = _on_aws()
        ports.customers.add(a_customer(personal=personal))
        ports.documents.add(a_document(file_name="测试人甲的身份证.pdf"))

        raw = scan_text(TABLE)

    for secret in (
        personal.name,
        str(personal.uscc),
        personal.legal_person_name,
        personal.legal_person_id,
        personal.phone,
        personal.address,
        personal.payout_account,
        "身份证",
    ):
        assert secret not in raw


def test_a_ciphertext_moved_to_another_customer_does_not_open() -> None:
    with intake_on_aws():
        ports = _on_aws()
        ports.customers.add(a_customer())
        other = some_personal_data(uscc="91340100MA2ABCD13N", phone="13900009999")
        ports.customers.add(a_customer(customer_id="cust-2", personal=other))
        table = boto3.resource("dynamodb").Table(TABLE)
        keys = [{"pk": f"BANK#north#CUSTOMER#cust-{n}", "sk": "CUSTOMER"} for n in (1, 2)]
        stolen = table.get_item(Key=keys[1])["Item"]["personal"]
        table.update_item(
            Key=keys[0],
            UpdateExpression="SET personal = :stolen",
            ExpressionAttributeValues={":stolen": stolen},
        )

        with pytest.raises(Exception, match="ciphertext") as refusal:
            ports.customers.get(NORTH, "cust-1")

    assert type(refusal.value).__name__ == "SealBroken"


def test_a_date_of_the_business_calendar_survives_the_table(ports: Ports) -> None:
    ports.consents.add(a_consent(granted_on=date(2020, 2, 29), expires_on=date(2024, 2, 29)))

    consent = ports.consents.get(NORTH, "con-1")

    assert (consent.granted_on, consent.expires_on) == (date(2020, 2, 29), date(2024, 2, 29))
