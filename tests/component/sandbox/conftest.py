"""The sandbox's table and secret in moto, and its API called as the bank calls it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from puhui import aws as puhui_aws
from puhui.clock import FixedClock
from puhui.http_signing import HmacSigner
from puhui.secrets import secret_key
from sandbox.wiring import wiring
from tests.support import aws

TABLE = "puhui-test-sandbox-table"

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One empty sandbox."""
    for name, value in (
        ("TABLE_NAME", TABLE),
        ("CORE_BANKING_SECRET_ARN", "core-banking"),
        ("CA_SECRET_NAME", "certificate-authority"),
        ("RAIL_NOTICES_URL", "http://localhost:1"),
        ("BUSINESS_DATE", "2026-03-02"),
    ):
        monkeypatch.setenv(name, value)
    with aws.aws():
        boto3.client("secretsmanager").create_secret(
            Name="core-banking", SecretString="s3cret" * 10
        )
        aws.create_table(TABLE)
        puhui_aws.client.cache_clear()
        wiring.cache_clear()
        yield
        wiring.cache_clear()
        puhui_aws.client.cache_clear()


@pytest.fixture
def bank() -> Call:
    """Send a signed request; `minutes` shifts the clock, `forge` and `tampered` what is sent."""
    from sandbox.api import app

    def call(
        method: str,
        path: str,
        body: Any = None,
        *,
        minutes: int = 0,
        forge: dict[str, str] | None = None,
        tampered: Any = None,
    ) -> tuple[int, dict[str, Any]]:
        raw = b"" if body is None else json.dumps(body).encode()
        clock = FixedClock(datetime.now(UTC) + timedelta(minutes=minutes))
        key = secret_key(boto3.client("secretsmanager"), "core-banking")
        headers = {
            **HmacSigner(key, clock)(method, path, raw),
            "Content-Type": "application/json",
            **(forge or {}),
        }
        if tampered is not None:
            raw = json.dumps(tampered).encode()
        parts = path.split("/")
        serial = parts[3] if len(parts) > 3 else None
        resource = "/".join("{serial_no}" if part == serial else part for part in parts)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": headers,
            "multiValueHeaders": {},
            "pathParameters": {"serial_no": serial} if serial else None,
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "stageVariables": None,
            "body": raw.decode() or None,
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": f"/v1{path}",
            },
        }
        answer = app(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return call
