"""The world in which the malformed requests are sent: two banks, a few customers, many drafts."""

from __future__ import annotations

import os
from datetime import date

import boto3

from intake.adapters.dynamo_applications import DynamoApplications
from intake.adapters.dynamo_consents import DynamoConsents
from intake.adapters.dynamo_customers import DynamoCustomers
from intake.adapters.dynamo_documents import DynamoDocuments
from intake.adapters.dynamo_products import DynamoProducts
from puhui.blind_index import BlindIndex
from puhui.china import uscc
from puhui.field_cipher import FieldCipher
from tests.support.intake_api import post
from tests.support.intake_builders import (
    CREDIT_CODE,
    NOON,
    NORTH,
    SOUTH,
    TODAY,
    a_consent,
    a_customer,
    a_document,
    a_product,
    a_step,
    an_accepted_document,
    an_application,
    some_personal_data,
)
from tests.support.intake_requests import a_consent_body, an_application_body

CUSTOMERS = {
    "customer": "cust-1",
    "other_customer": "cust-2",
    "customer_without_consent": "cust-3",
    "customer_with_old_consent": "cust-4",
}
DRAFTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "draft": ("cust-1", ("doc-1",)),
    "draft_without_consent": ("cust-3", ()),
    "draft_with_old_consent": ("cust-4", ()),
    "draft_with_unknown_document": ("cust-1", ("doc-none",)),
    "draft_with_new_document": ("cust-1", ("doc-new",)),
    "draft_with_refused_document": ("cust-1", ("doc-refused",)),
    "draft_with_other_document": ("cust-1", ("doc-other",)),
    "draft_with_two_facts": ("cust-1", ("doc-1", "doc-2")),
}


def make_world() -> dict[str, str]:
    """Fill the table of the running `intake_on_aws`; answer each word's id."""
    _products()
    _customers()
    _documents()
    _spend_evidence_and_key()
    return {**CUSTOMERS, "southern_customer": "cust-9", "document": "doc-1", **_applications()}


def _products() -> None:
    products = DynamoProducts()
    for product in (
        a_product(),
        a_product(code="ended-loan", effective_to=date(2020, 2, 29)),
        a_product(code="coming-loan", effective_from=date(2020, 3, 2)),
        a_product(code="persons-loan", customer_kinds=("person",)),
    ):
        products.add(NORTH, product)
    products.add(SOUTH, a_product(code="southern-loan"))


def _cipher() -> FieldCipher:
    return FieldCipher(boto3.client("kms"), os.environ["DATA_KEY_ARN"])


def _customers() -> None:
    index = BlindIndex.from_secret(
        boto3.client("secretsmanager"), os.environ["BLIND_INDEX_SECRET_ARN"]
    )
    customers, consents = DynamoCustomers(_cipher(), index), DynamoConsents()
    for customer_id in CUSTOMERS.values():
        code = CREDIT_CODE if customer_id == "cust-1" else _credit_code(customer_id)
        customers.add(a_customer(customer_id=customer_id, personal=some_personal_data(uscc=code)))
    customers.add(a_customer(customer_id="cust-9", bank_id=SOUTH))
    consents.add(a_consent())
    consents.add(
        a_consent(
            consent_id="con-old",
            customer_id="cust-4",
            granted_on=date(2019, 3, 1),
            expires_on=date(2020, 2, 29),
        )
    )


def _credit_code(customer_id: str) -> str:
    return uscc.complete("91341200", f"TEST000{customer_id[-1]}".replace("S", "5"))


def _documents() -> None:
    documents = DynamoDocuments(_cipher())
    for document in (
        an_accepted_document(),
        an_accepted_document(document_id="doc-2"),
        an_accepted_document(document_id="doc-other", customer_id="cust-2"),
        a_document(document_id="doc-new"),
        a_document(document_id="doc-refused").reject("schema", NOON),
    ):
        documents.add(document)


def _spend_evidence_and_key() -> None:
    """A consent granted and withdrawn, and an application under the key `used-key`."""
    status, consent = post(
        "/customers/{customer_id}/consents",
        a_consent_body(scope="sensitive_data"),
        customer_id="cust-1",
    )
    assert status == 201, consent
    status, _ = post("/consents/{consent_id}/withdrawal", consent_id=consent["consent_id"])
    assert status == 200
    status, answer = post("/applications", an_application_body(), key="used-key")
    assert status == 201, answer


def _applications() -> dict[str, str]:
    applications = DynamoApplications()
    made = {word: f"app-{word.replace('_', '-')}" for word in DRAFTS}
    for word, (customer_id, document_ids) in DRAFTS.items():
        applications.add(
            an_application(
                application_id=made[word], customer_id=customer_id, document_ids=document_ids
            )
        )
    withdrawn = an_application(application_id="app-withdrawn").withdraw(TODAY, NOON)
    closed = an_application(application_id="app-closed").submit(TODAY, NOON)
    applications.add(withdrawn)
    applications.add(closed.follow(a_step(outcome="declined")))
    return {**made, "withdrawn_draft": "app-withdrawn", "closed": "app-closed"}
