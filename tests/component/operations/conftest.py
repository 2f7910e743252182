"""Operations' table, key and queue in moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from operations.adapters.dynamo_tasks import DynamoTasks
from operations.adapters.rows import ROWS
from puhui.dynamodb import FieldCipher, bind_table

TABLE = "puhui-test-operations-table"
REGION = "cn-north-1"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One empty account."""
    for name, value in (
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"),
    ):
        monkeypatch.setenv(name, value)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield


@pytest.fixture
def key_arn(aws: None) -> str:
    """The module's data key."""
    return str(boto3.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def cipher(key_arn: str) -> FieldCipher:
    """The field cipher under that key."""
    return FieldCipher(boto3.client("kms"), key_arn)


@pytest.fixture
def table(aws: None) -> str:
    """The module's table with its indexes, bound to the rows."""
    names = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
    boto3.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": _keys(f"gsi{n}pk", f"gsi{n}sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for n, name in ((1, "by_status"), (2, "by_branch"))
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    bind_table(TABLE, *ROWS)
    return TABLE


@pytest.fixture
def tasks(table: str, cipher: FieldCipher) -> DynamoTasks:
    """The task pool in the table."""
    return DynamoTasks(cipher)


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
