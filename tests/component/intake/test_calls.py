"""How many calls of AWS a request costs when it is warm: each one is time, money and a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from intake.handlers.follow_application import handler as follow_application
from puhui.contracts.factory import ApplicationProgressed
from tests.support.intake_api import (
    a_draft,
    a_registered_customer,
    a_submitted_application,
    an_accepted_document,
    get,
    post,
    queued,
    told,
)
from tests.support.intake_requests import (
    a_consent_body,
    a_document_body,
    an_application_body,
)


@contextmanager
def _calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The operations that this thread calls inside the block; a local cloud may run beside it."""
    made: list[str] = []
    here = threading.get_ident()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def recorded(self: Any, operation: str, arguments: Any) -> Any:
        if threading.get_ident() == here:
            made.append(operation)
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", recorded)
        yield made


def test_a_draft_costs_two_reads_and_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = a_registered_customer()
    a_draft(customer_id)
    body = an_application_body(customer_id=customer_id)

    with _calls(monkeypatch) as made:
        post("/applications", body, key="another-key")

    assert sorted(made) == ["GetItem", "PutItem", "Query"]


def test_a_submission_costs_four_reads_one_seal_and_one_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    customer_id, _ = a_submitted_application()
    application_id = a_draft(customer_id, an_accepted_document(customer_id), key="another")
    path = "/applications/{application_id}/submission"

    with _calls(monkeypatch) as made:
        status, _ = post(path, application_id=application_id)

    assert status == 200
    assert sorted(made) == [
        "BatchGetItem",
        "GenerateDataKey",
        "GetItem",
        "Query",
        "Query",
        "TransactWriteItems",
    ]


def test_a_consent_costs_one_read_and_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = a_registered_customer()

    with _calls(monkeypatch) as made:
        post("/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id)

    assert sorted(made) == ["Query", "TransactWriteItems"]


def test_an_announcement_costs_one_read_and_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id = a_registered_customer()
    post("/documents", a_document_body(customer_id=customer_id))

    with _calls(monkeypatch) as made:
        post("/documents", a_document_body(customer_id=customer_id))

    assert sorted(made) == ["GetItem", "PutItem"]


def test_a_page_costs_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    a_submitted_application()

    with _calls(monkeypatch) as made:
        get("/applications")

    assert made == ["Query"]


def test_a_report_of_the_factory_costs_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    customer_id, application_id = a_submitted_application()
    progressed = ApplicationProgressed(
        application_id=application_id, customer_id=customer_id, station="decide", status="checked"
    )

    with _calls(monkeypatch) as made:
        follow_application(queued(told(progressed)), None)

    assert made == ["UpdateItem"]
