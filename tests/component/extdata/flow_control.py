"""The table of the flow-control tests, and the two kinds of each port that share a contract."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from extdata.adapters.dynamo_bulkheads import DynamoBulkheads
from extdata.adapters.dynamo_gates import DynamoGates
from extdata.ports import Gates
from extdata.provider_ports import Bulkheads
from infra.demo.extdata.in_memory import InMemoryBulkheads, InMemoryGates
from tests.support import aws

TABLE = "puhui-test-extdata-table"
KINDS = ("dynamo", "memory")


@pytest.fixture
def account() -> Iterator[None]:
    """An empty account with the module's table."""
    with aws.aws():
        aws.create_table(TABLE)
        yield


@pytest.fixture(params=KINDS)
def gates(request: pytest.FixtureRequest) -> Gates:
    """Gates of each kind."""
    if request.param == "memory":
        return InMemoryGates()
    request.getfixturevalue("account")
    return DynamoGates(boto3.client("dynamodb"), TABLE)


@pytest.fixture(params=KINDS)
def bulkheads(request: pytest.FixtureRequest) -> Bulkheads:
    """Bulkheads of each kind."""
    if request.param == "memory":
        return InMemoryBulkheads()
    request.getfixturevalue("account")
    return DynamoBulkheads(boto3.client("dynamodb"), TABLE)
