"""A customer's way through the API, from the catalogue to the outcome."""

from __future__ import annotations

import base64
import json
import os

import boto3

from intake.handlers.check_document import handler as check_document
from intake.handlers.follow_application import handler as follow_application
from puhui.contracts.factory import ApplicationClosed, ApplicationProgressed
from puhui.contracts.intake import ApplicationSubmitted
from puhui.contracts.party import Party
from puhui.events import parse_event
from puhui.sealing import Sealer
from tests.support.intake_api import (
    a_draft,
    a_registered_customer,
    a_submitted_application,
    an_accepted_document,
    get,
    outbox,
    post,
    queued,
    told,
    uploaded,
)
from tests.support.intake_aws import DOCUMENTS, QUARANTINE
from tests.support.intake_builders import (
    TODAY,
    a_principal,
    invoice_bytes,
    sha256,
)
from tests.support.intake_requests import (
    a_consent_body,
    a_customer_body,
    a_document_body,
    an_application_body,
)


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


def test_an_uploaded_document_moves_to_the_documents_bucket_and_istold() -> None:
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
    progressed = told(
        ApplicationProgressed(
            application_id=application_id,
            customer_id=customer_id,
            station="decide",
            status="checked",
        ),
        at=1,
    )
    closed = told(
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


def test_an_open_application_can_be_withdrawn_and_the_factory_istold() -> None:
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
