"""The rail on servicing's table, its bucket and its secret in moto: for component tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from puhui import aws as puhui_aws
from puhui.clock import FixedClock
from puhui.http_signing import HmacSigner
from puhui.secrets import secret_key
from servicing.rail_wiring import Rail, rail
from tests.support.api import Answer, call
from tests.support.aws import REGION
from tests.support.servicing import TABLE, TODAY, TableWorld, a_disbursed_loan, table_world

BUCKET = "puhui-dev-servicing-rail-files-123456789012"
SECRET = "core-banking"


@dataclass
class RailWorld:
    """Servicing's table with loans, and the rail wired to it."""

    table: TableWorld
    rail: Rail

    def a_loan(self, **changes: Any) -> str:
        """A loan of north that was paid out on the accounting day."""
        return str(a_disbursed_loan(self.table, **changes).loan_id)

    def core_bank(
        self,
        path: str,
        raw: bytes,
        *,
        minutes: int = 0,
        forge: dict[str, str] | None = None,
        sent: bytes | None = None,
    ) -> Answer:
        """A request that the core bank signs; `sent` is what arrives in place of what it signed."""
        from servicing.rail_api import app

        key = secret_key(boto3.client("secretsmanager"), SECRET)
        clock = FixedClock(datetime.now(UTC) + timedelta(minutes=minutes))
        headers = {**HmacSigner(key, clock)("POST", path, raw), **(forge or {})}
        body = (raw if sent is None else sent).decode()
        return call(app, "POST", path, raw=body, headers=headers)

    def notice(self, **changes: Any) -> Answer:
        """The core bank tells of a payment."""
        return self.core_bank("/rail/repayments", a_notice(**changes))

    def delivered(self, content: bytes) -> dict[str, Any]:
        """The core bank delivers a file, S3 tells of it, and the function reads it."""
        from servicing.handlers.take_rail_file import handler

        answer = self.core_bank("/rail/files", content)
        assert answer.status == 202, answer.body
        return handler(s3_event(f"incoming/{answer.body['sha256']}.csv"), LambdaTime())


@dataclass
class LambdaTime:
    """How much time a function has left."""

    milliseconds: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        """As Lambda answers it."""
        return self.milliseconds


def a_notice(**changes: Any) -> bytes:
    """25,592.97 yuan came in."""
    values: dict[str, Any] = {
        "bank_id": "north",
        "serial_no": "cb-0001",
        "notice_version": 1,
        "state": "received",
        "amount_fen": 2_559_297,
        "reference": "loan-1",
        "booked_on": TODAY.isoformat(),
    }
    return json.dumps(values | changes).encode()


def s3_event(*keys: str) -> dict[str, Any]:
    """The queue's event for objects that were put into the bucket."""
    records = [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key}}} for key in keys]
    return {"Records": [{"messageId": "m-1", "body": json.dumps({"Records": records})}]}


@contextmanager
def rail_world(monkeypatch: pytest.MonkeyPatch, today: date = TODAY) -> Iterator[RailWorld]:
    """An empty account with servicing's table, the rail's bucket and the shared secret in it."""
    for name, value in (
        ("TABLE_NAME", TABLE),
        ("BUSINESS_DATE", today.isoformat()),
        ("RAIL_FILES_BUCKET", BUCKET),
        ("CORE_BANKING_URL", "http://localhost:1"),
        ("CORE_BANKING_SECRET_ARN", SECRET),
    ):
        monkeypatch.setenv(name, value)
    with table_world() as table:
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString="s3cret" * 10)
        puhui_aws.client.cache_clear()
        rail.cache_clear()
        yield RailWorld(table, rail())
        rail.cache_clear()
        puhui_aws.client.cache_clear()
