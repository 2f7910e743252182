"""A mobile client of intake in tests, and the queues that feed its consumers."""

from __future__ import annotations

import json
from typing import Any

import boto3

from intake.api import app
from intake.handlers.check_document import handler as check_document
from puhui.clock import FixedClock
from puhui.contracts.operations import BankProfile, ProductPublished
from puhui.events import Envelope, Event, envelope_of_record
from puhui.identity import Principal
from tests.support.api import call
from tests.support.intake_aws import QUARANTINE, TABLE
from tests.support.intake_builders import (
    NOON,
    a_principal,
    a_product,
    invoice_bytes,
)
from tests.support.intake_requests import (
    a_consent_body,
    a_customer_body,
    a_document_body,
    an_application_body,
)

MANAGER = a_principal()


def a_published_product(**changes: Any) -> Envelope:
    bank = BankProfile(
        bank_id="north",
        name="北方测试村镇银行",
        licensed_regions=("341200",),
        branch_ids=("b1",),
        rule_edition="2026-11",
    )
    return told(ProductPublished(bank=bank, product=a_product(**changes)))


def told(event: Event, at: int = 0) -> Envelope:
    clock = FixedClock(NOON.replace(minute=at))
    return event.envelope(bank_id="north", subject="s", correlation_id="c", clock=clock)


def queued(*envelopes: Envelope) -> dict[str, Any]:
    """An SQS batch of EventBridge events."""
    return {
        "Records": [
            {"messageId": f"m-{n}", "body": json.dumps({"detail": json.loads(one.to_json())})}
            for n, one in enumerate(envelopes)
        ]
    }


def uploaded(*document_ids: str, bank: str = "north") -> dict[str, Any]:
    """An SQS batch of S3 notifications."""
    records = [
        {
            "eventName": "ObjectCreated:Post",
            "s3": {"bucket": {"name": QUARANTINE}, "object": {"key": f"{bank}/{one}"}},
        }
        for one in document_ids
    ]
    return {
        "Records": [
            {"messageId": f"m-{n}", "body": json.dumps({"Records": [one]})}
            for n, one in enumerate(records)
        ]
    }


def post(
    resource: str, body: Any = None, *, who: Principal = MANAGER, key: str = "", **values: str
) -> tuple[int, Any]:
    """POST as somebody."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = call(app, "POST", resource, body=body, principal=who, headers=headers, values=values)
    return answer.status, answer.body


def get(
    resource: str, *, who: Principal = MANAGER, query: dict[str, str] | None = None, **values: str
) -> tuple[int, Any]:
    """GET as somebody."""
    many = {name: [value] for name, value in (query or {}).items()}
    answer = call(app, "GET", resource, principal=who, values=values, query=many)
    return answer.status, answer.body


def a_registered_customer() -> str:
    """A customer's id."""
    status, customer = post("/customers", a_customer_body())
    assert status == 201, customer
    return str(customer["customer_id"])


def an_accepted_document(customer_id: str, body: bytes = b"") -> str:
    """A document's id, after its upload was checked."""
    content = body or invoice_bytes()
    status, announced = post("/documents", a_document_body(content, customer_id=customer_id))
    assert status == 201, announced
    document_id = str(announced["document_id"])
    boto3.client("s3").put_object(Bucket=QUARANTINE, Key=f"north/{document_id}", Body=content)
    assert check_document(uploaded(document_id), None) == {"batchItemFailures": []}
    return document_id


def a_draft(customer_id: str, *document_ids: str, key: str = "key-1") -> str:
    """An application's id."""
    body = an_application_body(customer_id=customer_id, document_ids=list(document_ids))
    status, application = post("/applications", body, key=key)
    assert status == 201, application
    return str(application["application_id"])


def a_submitted_application() -> tuple[str, str]:
    """(customer id, application id)."""
    customer_id = a_registered_customer()
    post("/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id)
    application_id = a_draft(customer_id, an_accepted_document(customer_id))
    status, application = post(
        "/applications/{application_id}/submission", application_id=application_id
    )
    assert status == 200, application
    return customer_id, application_id


def outbox() -> list[Envelope]:
    """What the bus will be told."""
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [envelope_of_record(item["envelope"]["S"]) for item in items if "envelope" in item]
