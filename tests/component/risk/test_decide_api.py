"""Asking for a decision over the API: documents inside and by reference, one answer a question."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from puhui.identity import Principal
from risk.decide_api import app
from risk.domain.asking import MAX_INLINE_BYTES
from tests.component.risk.conftest import TABLE
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.aws import scan_text
from tests.support.risk import a_document, a_healthy_firm, a_reference, a_request
from tests.support.risk_desk import FIRM_CODE, PERSON_CODE
from tests.support.risk_stores import BUCKET

pytestmark = pytest.mark.usefixtures("risk_account")

UNDERWRITER = a_principal("underwriter")
INVOICES = json.loads(a_document(a_healthy_firm()))
SMALL = json.loads(a_document(a_healthy_firm(months=24)[:400]))
SUBJECT = {
    "kind": "firm",
    "name": "安徽鼎盛商贸有限公司",
    "uscc": FIRM_CODE,
    "legal_person_name": "王小明",
    "legal_person_id": PERSON_CODE,
}


def a_body(**changes: Any) -> dict[str, Any]:
    asked = a_request().model_dump(mode="json", exclude={"bank_id", "correlation_id", "facts"})
    documents = [{"product": "invoice/1", "document": INVOICES}]
    return asked | {"subject": SUBJECT, "documents": documents} | changes


def ask(body: dict[str, Any], who: Principal = UNDERWRITER) -> Answer:
    return call(app, "POST", "/decisions", body=body, principal=who)


def stored() -> list[str]:
    found = boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [one["Key"] for one in found]


def test_a_verdict_comes_back_for_documents_inside_the_request() -> None:
    answer = ask(a_body())

    assert (answer.status, answer.body["verdict"], answer.body["verdict_name"]) == (
        200,
        "approve",
        "通过",
    )
    assert answer.body["record"]["facts"][0]["state"] == "ok"


def test_a_document_inside_is_kept_under_its_hash_first() -> None:
    fact = ask(a_body()).body["record"]["facts"][0]

    assert stored() == [f"risk/north/invoice-1-{fact['sha256']}.json"]


def test_the_same_question_again_gets_the_same_decision() -> None:
    first, second = ask(a_body(subject=SUBJECT)), ask(a_body(subject=SUBJECT))

    assert first.body == second.body
    assert len(stored()) == 1


def test_a_document_by_reference_gets_the_same_verdict() -> None:
    body = a_document(a_healthy_firm())
    reference = a_reference(body)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=str(reference.key), Body=body)

    answer = ask(a_body(documents=[], facts=[reference.model_dump(mode="json")]))

    assert answer.body["verdict"] == "approve"


def test_without_any_document_nobody_is_approved() -> None:
    assert ask(a_body(documents=[])).body["verdict"] == "decline"


def test_a_reference_to_another_banks_document_is_not_opened() -> None:
    body = a_document(a_healthy_firm())
    reference = a_reference(body, key="intake/south/doc-1")
    boto3.client("s3").put_object(Bucket=BUCKET, Key=str(reference.key), Body=body)

    answer = ask(a_body(documents=[], facts=[reference.model_dump(mode="json")]))

    assert answer.body["record"]["facts"][0]["reason"] == "owner"


def test_who_asks_is_nowhere_in_clear_and_nowhere_in_the_record() -> None:
    answer = ask(a_body(subject=SUBJECT))

    record = json.dumps(answer.body["record"], ensure_ascii=False)
    everywhere = record + scan_text(TABLE)
    assert [one for one in SUBJECT.values() if one in everywhere and one != "firm"] == []
    assert ("party_sealed" in record, len(answer.body["record"]["request"]["subject_index"])) == (
        False,
        32,
    )


def test_a_document_that_is_too_large_goes_by_reference() -> None:
    padded = INVOICES | {"source": "x" * MAX_INLINE_BYTES}

    answer = ask(a_body(documents=[{"product": "invoice/1", "document": padded}]))

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (
        422,
        "documents.0.document",
        "document.size",
    )
    assert stored() == []


def test_a_request_of_more_than_the_routes_cap_is_refused() -> None:
    documents = [{"product": f"p{n}/1", "document": {"x": "y" * 190_000}} for n in range(6)]

    assert ask(a_body(documents=documents)).status == 413


def test_today_is_the_banks_accounting_day() -> None:
    body = a_body()
    del body["as_of"]

    assert ask(body).body["record"]["request"]["as_of"] == "2026-08-01"


@pytest.mark.parametrize(
    "who",
    [a_customer(), a_principal("relationship_manager", branch="hefei"), a_principal("auditor")],
)
def test_only_those_who_answer_for_risk_ask(who: Principal) -> None:
    assert ask(a_body(), who).status == 403


def test_the_document_bucket_down_is_an_outage_and_no_decision() -> None:
    boto3.client("s3").delete_bucket(Bucket=BUCKET)

    assert ask(a_body()).status == 503
