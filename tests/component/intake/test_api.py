"""Intake's API on moto: a customer's way from the catalogue to a submitted application."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from intake.api import app, routes
from intake.handlers.check_document import handler as check_document
from intake.handlers.follow_application import handler as follow_application
from intake.handlers.keep_product import handler as keep_product
from intake.policy import POLICY
from puhui.clock import FixedClock
from puhui.contracts.factory import ApplicationClosed, ApplicationProgressed
from puhui.contracts.intake import ApplicationSubmitted
from puhui.contracts.operations import BankProfile, ProductPublished
from puhui.contracts.party import Party
from puhui.events import Envelope, Event, envelope_of_record, parse_event
from puhui.identity import Principal
from puhui.sealing import Sealer
from tests.support.api import call
from tests.support.intake_aws import DOCUMENTS, QUARANTINE, TABLE, intake_on_aws
from tests.support.intake_builders import (
    NOON,
    SOUTH,
    TODAY,
    a_principal,
    a_product,
    invoice_bytes,
    sha256,
)
from tests.support.intake_requests import (
    a_consent_body,
    a_customer_body,
    a_document_body,
    an_application_body,
)

MANAGER = a_principal()


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with intake_on_aws():
        keep_product(queued(_published_product()), None)
        yield


def _published_product(**changes: Any) -> Envelope:
    bank = BankProfile(
        bank_id="north",
        name="北方测试村镇银行",
        licensed_regions=("341200",),
        branch_ids=("b1",),
        rule_edition="2026-11",
    )
    return _told(ProductPublished(bank=bank, product=a_product(**changes)))


def _told(event: Event, at: int = 0) -> Envelope:
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


def test_the_catalogue_shows_the_product_with_chinese_names() -> None:
    status, catalogue = get("/products")

    (product,) = catalogue["items"]
    assert status == 200
    assert product["code"] == "sme-invoice-loan"
    assert product["repayment_methods"]["EQUAL_INSTALLMENT"] == "等额本息"
    assert product["required_consents"] == {"tax_invoice": "涉税及发票信息查询授权"}


def test_a_customer_is_shown_masked() -> None:
    customer_id = a_registered_customer()

    status, customer = get("/customers/{customer_id}", customer_id=customer_id)

    assert (status, customer["phone"]) == (200, "138****1234")
    assert customer["legal_person_id"] == "110***********002X"
    assert customer["created_at"].endswith("Z")


def test_a_repeated_registration_answers_with_the_same_customer() -> None:
    assert a_registered_customer() == a_registered_customer()


def test_a_consent_is_granted_listed_and_withdrawn() -> None:
    customer_id = a_registered_customer()
    _, granted = post(
        "/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id
    )

    status, withdrawn = post("/consents/{consent_id}/withdrawal", consent_id=granted["consent_id"])

    _, listed = get("/customers/{customer_id}/consents", customer_id=customer_id)
    assert (granted["status"], status, withdrawn["status"]) == ("live", 200, "withdrawn")
    assert [one["status_name"] for one in listed["items"]] == ["已撤回"]
    assert [one.name for one in outbox()] == ["ConsentWithdrawn"]


def test_the_upload_form_allows_exactly_what_was_announced() -> None:
    customer_id = a_registered_customer()
    content = invoice_bytes()

    _, announced = post("/documents", a_document_body(content, customer_id=customer_id))

    fields = announced["upload"]["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["content-length-range", len(content), len(content)] in policy["conditions"]
    digest = base64.b64encode(bytes.fromhex(sha256(content))).decode()
    assert {"x-amz-checksum-sha256": digest} in policy["conditions"]
    assert {"Content-Type": "application/json"} in policy["conditions"]
    assert {"key": f"north/{announced['document_id']}"} in policy["conditions"]
    assert fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert fields["Content-Type"] == "application/json"


def test_an_uploaded_document_moves_to_the_documents_bucket_and_is_told() -> None:
    customer_id = a_registered_customer()

    document_id = an_accepted_document(customer_id)

    _, document = get("/documents/{document_id}", document_id=document_id)
    s3 = boto3.client("s3")
    kept = s3.get_object(Bucket=DOCUMENTS, Key=f"intake/north/{document_id}")
    assert document["status"] == "accepted"
    assert kept["Body"].read() == invoice_bytes()
    assert kept["ServerSideEncryption"] == "aws:kms"
    assert s3.list_objects_v2(Bucket=QUARANTINE)["KeyCount"] == 0
    assert [one.name for one in outbox()] == ["DocumentAccepted"]


def test_a_refused_document_says_why_and_never_leaves_quarantine() -> None:
    customer_id = a_registered_customer()

    document_id = an_accepted_document(customer_id, invoice_bytes(row_count=9))

    _, document = get("/documents/{document_id}", document_id=document_id)
    assert (document["status"], document["rejection"]) == ("rejected", "schema")
    assert boto3.client("s3").list_objects_v2(Bucket=DOCUMENTS)["KeyCount"] == 0


def test_a_duplicate_notification_is_told_once() -> None:
    document_id = an_accepted_document(a_registered_customer())

    again = check_document(uploaded(document_id), None)

    assert again == {"batchItemFailures": []}
    assert [one.name for one in outbox()] == ["DocumentAccepted"]


def test_an_upload_that_nobody_announced_goes_to_the_dead_letters() -> None:
    boto3.client("s3").put_object(Bucket=QUARANTINE, Key="north/doc-none", Body=b"x")

    answer = check_document(uploaded("doc-none"), None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert boto3.client("s3").list_objects_v2(Bucket=DOCUMENTS)["KeyCount"] == 0


def test_s3_s_test_message_is_passed_over() -> None:
    message = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": QUARANTINE}

    answer = check_document({"Records": [{"messageId": "m", "body": json.dumps(message)}]}, None)

    assert answer == {"batchItemFailures": []}


def test_a_submitted_application_is_told_once_with_a_party_that_opens_for_it_only() -> None:
    customer_id, application_id = a_submitted_application()
    post("/applications/{application_id}/submission", application_id=application_id)

    (envelope,) = (one for one in outbox() if one.name == "ApplicationSubmitted")
    event = parse_event(ApplicationSubmitted, envelope)
    sealer = Sealer(boto3.client("kms"), os.environ["EXCHANGE_KEY_ARN"])
    opened = sealer.open(event.party_sealed, {"bank_id": "north", "application_id": application_id})
    assert (event.customer_id, event.submitted_on) == (customer_id, TODAY)
    assert Party.model_validate(opened).phone == "13800001234"
    assert event.documents[0].sha256 == sha256(invoice_bytes())


def test_an_application_follows_the_factory_to_its_outcome() -> None:
    customer_id, application_id = a_submitted_application()
    progressed = _told(
        ApplicationProgressed(
            application_id=application_id,
            customer_id=customer_id,
            station="decide",
            status="checked",
        ),
        at=1,
    )
    closed = _told(
        ApplicationClosed(
            application_id=application_id,
            customer_id=customer_id,
            outcome="disbursed",
            reasons=(),
            amount_fen=1,
            annual_rate_bps=435,
            closed_on=TODAY,
        ),
        at=2,
    )

    for batch in (queued(closed), queued(progressed, closed), queued(progressed)):
        assert follow_application(batch, None) == {"batchItemFailures": []}

    _, application = get("/applications/{application_id}", application_id=application_id)
    _, timeline = get("/applications/{application_id}/timeline", application_id=application_id)
    assert (application["status"], application["outcome_name"]) == ("closed", "已放款")
    codes = [one["code"] for one in timeline["entries"]]
    assert sorted(codes) == ["created", "decide", "disbursed", "submitted"]
    assert codes.index("decide") < codes.index("disbursed")


def test_a_repeated_post_is_one_application_and_another_amount_is_a_conflict() -> None:
    customer_id = a_registered_customer()
    first = a_draft(customer_id)

    assert a_draft(customer_id) == first
    body = an_application_body(customer_id=customer_id, amount_fen=20_000_000)
    status, answer = post("/applications", body, key="key-1")

    assert (status, answer["error"]["code"], answer["error"]["field"]) == (
        409,
        "conflict",
        "Idempotency-Key",
    )


def test_a_list_goes_on_where_the_page_before_ended() -> None:
    customer_id = a_registered_customer()
    ids = [a_draft(customer_id, key=f"key-{n}") for n in range(5)]

    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        _, page = get("/applications", query=query)
        seen += [one["application_id"] for one in page["items"]]
        if page["cursor"] is None:
            break
        query = {"limit": "2", "cursor": page["cursor"]}

    assert seen == ids[::-1]


def test_an_open_application_can_be_withdrawn_and_the_factory_is_told() -> None:
    _, application_id = a_submitted_application()

    status, application = post(
        "/applications/{application_id}/withdrawal", application_id=application_id
    )

    assert (status, application["status_name"]) == (200, "已撤回")
    assert "ApplicationWithdrawn" in [one.name for one in outbox()]


def test_a_customer_does_all_of_it_alone() -> None:
    customer = a_principal("customer", customer_id="cust-77")
    body = a_customer_body(branch_id="b1")

    status, registered = post("/customers", body, who=customer)

    assert (status, registered["customer_id"]) == (201, "cust-77")
    draft = an_application_body(customer_id="cust-77")
    status, application = post("/applications", draft, who=customer, key="k")
    assert (status, application["relationship_manager_id"]) == (201, None)


STRANGERS = {
    "another customer": a_principal("customer", customer_id="cust-2"),
    "another branch": a_principal(branch="b2", subject="rm-2"),
    "another bank": a_principal(bank_id=SOUTH),
    "another bank's auditor": a_principal("auditor", bank_id=SOUTH),
    "an approver of another branch": a_principal("approver", branch="b2"),
}
OUTSIDERS = {role: a_principal(role) for role in ("collector", "finance", "risk_manager")}
READERS = ("approver", "auditor", "admin")


def _cells(customer_id: str, application_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Every route of the module with a request that its owner could make."""
    _, consents = get("/customers/{customer_id}/consents", customer_id=customer_id)
    _, application = get("/applications/{application_id}", application_id=application_id)
    values = {
        "customer_id": customer_id,
        "application_id": application_id,
        "consent_id": consents["items"][0]["consent_id"],
        "document_id": application["document_ids"][0],
    }
    bodies = {
        "/customers": a_customer_body(branch_id="b1"),
        "/customers/{customer_id}/consents": a_consent_body(scope="credit_bureau"),
        "/documents": a_document_body(customer_id=customer_id),
        "/applications": an_application_body(customer_id=customer_id),
    }
    cells = []
    for route in routes.table():
        path = {name: value for name, value in values.items() if "{" + name + "}" in route.path}
        body = bodies.get(route.path) if route.method == "POST" else None
        headers = {"Idempotency-Key": "matrix"} if route.idempotency_key else {}
        cells.append((route.method, route.path, {"values": path, "body": body, "headers": headers}))
    return cells


NOT_ABOUT_ONE_OBJECT = {("GET", "/products"), ("GET", "/applications"), ("POST", "/customers")}


def test_whoever_it_is_not_for_finds_nothing_on_any_route() -> None:
    cells = _cells(*a_submitted_application())
    assert len(cells) == 14

    for method, resource, request in cells:
        for name, stranger in STRANGERS.items():
            if (method, resource) in NOT_ABOUT_ONE_OBJECT:
                continue
            answer = call(app, method, resource, principal=stranger, **request)
            may_write = bool(stranger.roles & {"customer", "relationship_manager"})
            expected = 404 if method == "GET" or may_write else 403
            assert answer.status == expected, (method, resource, name, answer.body)
        for name, outsider in OUTSIDERS.items():
            answer = call(app, method, resource, principal=outsider, **request)
            assert answer.status == 403, (method, resource, name)
        assert call(app, method, resource, **request).status == 401, (method, resource)


def test_those_who_may_only_read_read_everything_and_write_nothing() -> None:
    for method, resource, request in _cells(*a_submitted_application()):
        for role in READERS:
            answer = call(app, method, resource, principal=a_principal(role), **request)
            expected = 200 if method == "GET" else 403
            assert answer.status == expected, (method, resource, role, answer.body)


def test_every_route_has_a_policy_and_every_policy_a_route() -> None:
    assert {route.action for route in routes.table()} == set(POLICY)


def test_nothing_personal_is_logged(
    logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    customer_id, application_id = a_submitted_application()
    for method, resource, request in _cells(customer_id, application_id):
        for who in (MANAGER, *STRANGERS.values(), *OUTSIDERS.values()):
            call(app, method, resource, principal=who, **request)
    post("/customers", a_customer_body(phone="12345678901", address="安徽省亳州市保密路9号"))

    lines = logged.getvalue() + capsys.readouterr().out
    assert lines.count('"http_status"') > 100
    secrets = [str(value) for name, value in a_customer_body().items() if name in PERSONAL]
    for secret in (*secrets, "12345678901", "保密路", "发票明细"):
        assert secret not in lines


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the product's loggers write; they hold on to the stream they were made with."""
    written = io.StringIO()
    names = [name for name in logging.root.manager.loggerDict if not name.startswith("pytest")]
    handlers = [
        handler
        for name in names
        for handler in logging.getLogger(name).handlers
        if isinstance(handler, logging.StreamHandler)
    ]
    before = [(handler, handler.setStream(written)) for handler in handlers]
    yield written
    for handler, stream in before:
        handler.setStream(stream or sys.stdout)


PERSONAL = {
    "name",
    "uscc",
    "legal_person_name",
    "legal_person_id",
    "phone",
    "address",
    "payout_account",
}
