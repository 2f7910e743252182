"""AWS on moto for component tests: the tables, keys and secrets that a module's stack makes."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3
from botocore.session import Session
from moto import mock_aws

from infra.local import moto_shims
from infra.local.moto_shims import answers, data, keys

REGION = "cn-north-1"
MOTO_CONFIG = {
    "stepfunctions": {"execute_state_machine": True},
    "lambda": {"use_docker": False},
}


class _Nobody:
    """Nobody listens to table streams in a component test."""

    def notify(self, *_: object) -> None:
        """Take no notice."""


@contextmanager
def _one_writer_at_a_time() -> Iterator[None]:
    """moto's tables are plain dictionaries; without a lock a race in a test proves nothing."""
    data.install(_Nobody())
    keys.install()
    answers.install()
    try:
        yield
    finally:
        moto_shims.uninstall()


_CLIENTS: dict[str, tuple[Any, Any]] = {}
_create_client = Session.create_client


def _create_client_once(session: Session, service: str, *rest: Any, **named: Any) -> Any:
    """One client for each way to ask for it: making DynamoDB's costs as much as ten calls.

    What a test hung on its events is gone when the client is handed out again.
    """
    config = getattr(named.get("config"), "_user_provided_options", None)
    region = os.environ.get("AWS_DEFAULT_REGION")
    key = repr((service, region, rest, sorted((named | {"config": config}).items())))
    if key not in _CLIENTS:
        made: Any = _create_client(session, service, *rest, **named)  # type: ignore[call-overload]
        _CLIENTS[key] = made, copy.copy(made.meta.events)
    client, pristine = _CLIENTS[key]
    now, then = client.meta.events._emitter, pristine._emitter
    if now._lookup_cache is not then._lookup_cache:  # replaced by whatever registers or leaves
        now.__dict__.update(copy.copy(then).__dict__)
    return client


@contextmanager
def aws() -> Iterator[None]:
    """An empty account in a Chinese region, with credentials that open nothing."""
    names = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        with (
            _one_writer_at_a_time(),
            mock_aws(config=MOTO_CONFIG),
            patch.object(Session, "create_client", _create_client_once),
        ):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def create_table(name: str, indexes: Sequence[tuple[str, str, str]] = ()) -> None:
    """A module's table as `ModuleTable` makes it; an index is (name, hash key, range key)."""
    keys = {"pk", "sk"} | {key for _, *pair in indexes for key in pair}
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in sorted(keys)],
        KeySchema=_schema("pk", "sk"),
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        **(
            {
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": index,
                        "KeySchema": _schema(hash_key, range_key),
                        "Projection": {"ProjectionType": "ALL"},
                    }
                    for index, hash_key, range_key in indexes
                ]
            }
            if indexes
            else {}
        ),
    )


def create_key() -> str:
    """A KMS key's ARN."""
    arn: str = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def scan_text(name: str) -> str:
    """Everything a table holds, as text: for tests that look for what must not be there."""
    return str(boto3.client("dynamodb").scan(TableName=name)["Items"])


def _schema(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_key, "KeyType": "HASH"},
        {"AttributeName": range_key, "KeyType": "RANGE"},
    ]
