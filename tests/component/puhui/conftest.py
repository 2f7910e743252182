"""A module's table and key in moto, with rows of every kind the kernel knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import boto3
import pytest

from puhui.clock import UTC, FixedClock
from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    DecimalAttribute,
    EncryptedAttribute,
    FieldCipher,
    InboxRow,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
    bind_table,
)
from puhui.idempotency import RequestRow
from puhui.outbox import OutboxRow
from tests.support.aws import aws, create_key, create_table

TABLE = "puhui-test-kernel-table"
NOON = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)


class LoanRow(BaseRow):
    """One row with every attribute of ours."""

    amount = MoneyAttribute()
    rate = DecimalAttribute(null=True)
    due_on = DateAttribute(null=True)
    told_at = InstantAttribute(null=True)
    phone = EncryptedAttribute(null=True)
    terms = JsonAttribute(null=True)


class KernelOutboxRow(OutboxRow):
    """The outbox."""


class KernelInboxRow(InboxRow):
    """The inbox."""


class KernelRequestRow(RequestRow):
    """Requests."""


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """One empty account a file; the key's ARN."""
    with aws():
        create_table(TABLE)
        bind_table(TABLE, LoanRow, KernelOutboxRow, KernelInboxRow, KernelRequestRow)
        yield create_key()


@pytest.fixture(autouse=True)
def empty_table(account: str) -> Iterator[None]:
    """Every test starts without rows."""
    yield
    client = boto3.client("dynamodb")
    for item in client.scan(TableName=TABLE)["Items"]:
        client.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.fixture
def clock() -> FixedClock:
    """Noon."""
    return FixedClock(NOON)


@pytest.fixture
def cipher(account: str, clock: FixedClock) -> FieldCipher:
    """The cipher under the account's key."""
    return FieldCipher(boto3.client("kms"), account, clock)
