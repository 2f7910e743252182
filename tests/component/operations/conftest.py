"""Operations' table and key in moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from operations.adapters.dynamo_tasks import DynamoTasks
from operations.adapters.rows import ROWS
from puhui.dynamodb import FieldCipher, bind_table
from tests.support import aws

TABLE = "puhui-test-operations-table"


@pytest.fixture(autouse=True)
def account() -> Iterator[None]:
    """One empty account."""
    with aws.aws():
        yield


@pytest.fixture
def key_arn(account: None) -> str:
    """The module's data key."""
    return aws.create_key()


@pytest.fixture
def cipher(key_arn: str) -> FieldCipher:
    """The field cipher under that key."""
    return FieldCipher(boto3.client("kms"), key_arn)


@pytest.fixture
def table(account: None) -> str:
    """The module's table with its indexes, bound to the rows."""
    aws.create_table(TABLE, [("by_status", "gsi1pk", "gsi1sk"), ("by_branch", "gsi2pk", "gsi2sk")])
    bind_table(TABLE, *ROWS)
    return TABLE


@pytest.fixture
def tasks(table: str, cipher: FieldCipher) -> DynamoTasks:
    """The task pool in the table."""
    return DynamoTasks(cipher)
