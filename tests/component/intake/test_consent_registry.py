"""Intake with external data deployed: what its registry hears, sealed, and when it is silent."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError

from intake.settings import IntakeSettings
from intake.wiring import wiring
from puhui.contracts.extdata import KeepConsentCommand
from puhui.sealing import Sealer
from tests.support.intake_api import a_registered_customer, get, outbox, post
from tests.support.intake_builders import CREDIT_CODE, RESIDENT_ID
from tests.support.intake_requests import a_consent_body

ARN = "arn:aws-cn:lambda:cn-north-1:123456789012:function:puhui-dev-extdata-keep-consent:live"


class KeepConsent:
    """Stands in for external data's function at the edge of Lambda."""

    def __init__(self) -> None:
        """Answer until a test says otherwise."""
        self.commands: list[KeepConsentCommand] = []
        self.answers = True

    def invoke(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Take one call, as Lambda would."""
        assert arguments["FunctionName"] == ARN
        if not self.answers:
            raise ConnectTimeoutError(endpoint_url="https://lambda")
        command = KeepConsentCommand.model_validate_json(arguments["Payload"])
        self.commands.append(command)
        body = {"consent_id": command.consent_id, "live": not command.withdrawn}
        return {"StatusCode": 200, "Payload": BytesIO(json.dumps(body).encode())}


@pytest.fixture
def registry(_aws: None, monkeypatch: pytest.MonkeyPatch) -> KeepConsent:
    """Intake as its stack configures it beside external data."""
    function = KeepConsent()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def call(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "Invoke":
            return function.invoke(arguments)
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setenv("KEEP_CONSENT_ARN", ARN)
    wiring.cache_clear()
    return function


def test_a_consent_is_told_with_sealed_numbers_that_open_for_it_only(
    registry: KeepConsent,
) -> None:
    customer_id = a_registered_customer()

    _, granted = post(
        "/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id
    )

    (command,) = registry.commands
    exchange = Sealer(boto3.client("kms"), IntakeSettings.from_env().exchange_key_arn)
    context = {"bank_id": "north", "application_id": granted["consent_id"]}
    assert exchange.open(command.subject_sealed, context) == {
        "uscc": CREDIT_CODE,
        "id_number": RESIDENT_ID,
    }
    assert (command.scope, command.withdrawn) == (granted["scope"], False)
    assert command.purposes == ("loan_application", "post_loan")


def test_a_withdrawal_is_told_first_and_refused_while_nobody_answers(
    registry: KeepConsent,
) -> None:
    customer_id = a_registered_customer()
    _, granted = post(
        "/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id
    )
    registry.answers = False

    status, refused = post("/consents/{consent_id}/withdrawal", consent_id=granted["consent_id"])

    _, listed = get("/customers/{customer_id}/consents", customer_id=customer_id)
    assert (status, refused["error"]["code"]) == (503, "upstream_unavailable")
    assert [one["status"] for one in listed["items"]] == ["live"]
    assert outbox() == []


def test_a_repeated_withdrawal_finishes_what_the_first_could_not(registry: KeepConsent) -> None:
    customer_id = a_registered_customer()
    _, granted = post(
        "/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id
    )
    registry.answers = False
    post("/consents/{consent_id}/withdrawal", consent_id=granted["consent_id"])
    registry.answers = True

    status, withdrawn = post("/consents/{consent_id}/withdrawal", consent_id=granted["consent_id"])

    assert (status, withdrawn["status"]) == (200, "withdrawn")
    assert [one.withdrawn for one in registry.commands] == [False, True]
    assert [one.name for one in outbox()] == ["ConsentWithdrawn"]


def test_granting_again_registers_again(registry: KeepConsent) -> None:
    customer_id = a_registered_customer()
    registry.answers = False
    lost, _ = post("/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id)
    registry.answers = True

    kept, _ = post("/customers/{customer_id}/consents", a_consent_body(), customer_id=customer_id)

    assert (lost, kept) == (503, 201)
    assert [one.withdrawn for one in registry.commands] == [False]
