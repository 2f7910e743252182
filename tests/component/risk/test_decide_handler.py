"""The decision function as the workflow calls it: facts by reference, answers, failures."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from puhui.contracts.facts import MAX_DOCUMENT_BYTES
from puhui.contracts.risk import DecisionResult
from puhui.errors import Unprocessable, UpstreamUnavailable
from puhui.sealed_parties import SealedParties
from puhui.sealing import Sealer
from risk.adapters.s3_fact_documents import S3FactDocuments
from risk.handlers.decide import handler
from risk.handlers.stream_to_events import handler as stream_to_events
from risk.ports import DocumentUnusable
from tests.component.risk.conftest import TABLE
from tests.support.risk import NORTH, a_document, a_healthy_firm, a_reference, a_request
from tests.support.risk_desk import PARTY
from tests.support.risk_stores import BUCKET, ROOT

HEALTHY = a_document(a_healthy_firm())
KEY = "intake/north/doc-1"

pytestmark = pytest.mark.usefixtures("risk_account")


def put(body: bytes = HEALTHY, key: str = KEY) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)


def payload(**changes: Any) -> dict[str, Any]:
    """A question as the factory asks it: with the party that it sealed for the application."""
    parties = SealedParties(Sealer(boto3.client("kms"), os.environ["EXCHANGE_KEY_ARN"]))
    sealed = parties.seal(PARTY, NORTH, "app-1")
    request = a_request([a_reference(HEALTHY)], **{"party_sealed": sealed, **changes})
    return request.model_dump(mode="json")


def rows() -> int:
    return int(boto3.client("dynamodb").scan(TableName=TABLE)["Count"])


def test_the_function_decides_from_documents_by_reference() -> None:
    put()

    result = DecisionResult.model_validate(handler(payload(), None))

    assert (result.verdict, result.policy_version) == ("approve", "2026.12.1")


def test_a_second_delivery_gets_the_first_answer_and_writes_nothing() -> None:
    put()
    first = handler(payload(), None)
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    before = rows()

    second = handler(payload(), None)

    assert (second, rows()) == (first, before)


def test_a_changed_document_is_missing() -> None:
    put(HEALTHY + b" ")

    assert handler(payload(), None)["verdict"] == "decline"


def test_an_absent_document_is_missing() -> None:
    assert handler(payload(), None)["reasons"][0]["code"] == "INVOICES_ABSENT"


def test_a_payload_that_breaks_the_contract_names_the_field() -> None:
    with pytest.raises(Unprocessable) as caught:
        handler(payload() | {"amount_fen": 1.5}, None)
    assert caught.value.field == "amount_fen"


def test_a_payload_with_a_field_nobody_knows_is_refused() -> None:
    with pytest.raises(Unprocessable):
        handler(payload() | {"colour": "red"}, None)


class FailingStore:
    """S3 as it is when a read fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_object(self, **_: Any) -> Any:
        raise self._error


DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetObject")
SLOW_DOWN = ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "GetObject")
SILENT = ReadTimeoutError(endpoint_url="s3")


@pytest.mark.parametrize("error", [DENIED, SLOW_DOWN, SILENT], ids=["denied", "busy", "silent"])
def test_a_read_that_fails_is_retryable_and_not_a_missing_fact(error: Exception) -> None:
    """Declining customers because a store is busy, or our permissions are wrong, is unjust."""
    documents = S3FactDocuments(FailingStore(error), BUCKET)  # type: ignore[arg-type]

    with pytest.raises(UpstreamUnavailable) as caught:
        documents.read(NORTH, a_reference(HEALTHY))
    assert caught.value.retryable


def test_a_document_above_the_largest_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setitem(MAX_DOCUMENT_BYTES, "invoice/1", 10)

    with pytest.raises(DocumentUnusable, match="size"):
        S3FactDocuments(boto3.client("s3"), BUCKET).read(NORTH, a_reference(HEALTHY))


def test_the_stream_carries_the_decision_to_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    handler(payload(), None)
    monkeypatch.setenv("BUS_NAME", "default")
    images = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    batch = {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(n), "NewImage": image}}
            for n, image in enumerate(images)
        ]
    }

    assert stream_to_events(batch, None) == {"batchItemFailures": []}


def test_importing_the_handler_needs_no_environment() -> None:
    code = "import risk.handlers.decide"

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=_roots(), capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_reading_decisions_loads_neither_numpy_nor_onnxruntime() -> None:
    code = "import sys, risk.api; print({'numpy', 'onnxruntime'} & set(sys.modules))"

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=_roots(), capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"


def _roots() -> dict[str, str]:
    return {"PYTHONPATH": f"{ROOT}/functions:{ROOT}/layers/core/python"}
