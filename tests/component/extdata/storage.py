"""The table, buckets and secrets of the storage tests; each port as memory and as AWS has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

from extdata.adapters.dynamo_connectors import DynamoConnectors
from extdata.adapters.dynamo_consents import DynamoConsents
from extdata.adapters.dynamo_queries import DynamoCache, DynamoMeters, DynamoQueries
from extdata.adapters.dynamo_registry import (
    DynamoAccessRulebook,
    DynamoPrices,
    DynamoProviders,
    DynamoRouteTables,
)
from extdata.adapters.rows import ROWS
from extdata.adapters.rows_queries import ExtdataOutboxRow
from extdata.adapters.s3_archive import S3Archive
from extdata.adapters.secret_provider_keys import SecretProviderKeys
from extdata.ports import (
    AccessRulebook,
    Archive,
    Cache,
    Connectors,
    Consents,
    Meters,
    Prices,
    Providers,
    Queries,
    RouteTables,
)
from extdata.provider_ports import ProviderKeys
from infra.demo.extdata.in_memory import (
    InMemoryAccessRulebook,
    InMemoryArchive,
    InMemoryConnectors,
    InMemoryConsents,
    InMemoryPrices,
    InMemoryProviderKeys,
    InMemoryProviders,
    InMemoryQueries,
    InMemoryRouteTables,
)
from puhui.dynamodb import bind_table, connection
from tests.support.aws import REGION, aws, create_key, create_table

TABLE = "puhui-test-extdata-table"
ARCHIVE = "puhui-test-extdata-archive"
DOCUMENTS = "puhui-test-platform-documents"
KEYS_PREFIX = "/puhui/test/extdata/providers"
RETENTION_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Every storage port of one kind."""

    consents: Consents
    rulebook: AccessRulebook
    route_tables: RouteTables
    providers: Providers
    connectors: Connectors
    prices: Prices
    queries: Queries
    cache: Cache
    meters: Meters
    archive: Archive
    keys: ProviderKeys


def memory_stores() -> Stores:
    """All in memory."""
    queries = InMemoryQueries()
    return Stores(
        consents=InMemoryConsents(),
        rulebook=InMemoryAccessRulebook(),
        route_tables=InMemoryRouteTables(),
        providers=InMemoryProviders(),
        connectors=InMemoryConnectors(),
        prices=InMemoryPrices(),
        queries=queries,
        cache=queries.cache,
        meters=queries,
        archive=InMemoryArchive(),
        keys=InMemoryProviderKeys(),
    )


def aws_stores(kms_key_id: str) -> Stores:
    """All on moto; inside `account()`."""
    return Stores(
        consents=DynamoConsents(),
        rulebook=DynamoAccessRulebook(),
        route_tables=DynamoRouteTables(),
        providers=DynamoProviders(),
        connectors=DynamoConnectors(),
        prices=DynamoPrices(),
        queries=DynamoQueries(pause=lambda _: None),
        cache=DynamoCache(),
        meters=DynamoMeters(),
        archive=an_archive(),
        keys=SecretProviderKeys(boto3.client("secretsmanager"), KEYS_PREFIX, kms_key_id),
    )


@contextmanager
def account() -> Iterator[str]:
    """The module's table and buckets in an empty account; the ARN of its key."""
    with aws():
        create_table(TABLE)
        bind_table(TABLE, *ROWS)
        create_buckets()
        yield create_key()


def create_buckets() -> None:
    """The archive with Object Lock in COMPLIANCE mode, and the platform's documents."""
    s3 = boto3.client("s3")
    location: Any = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=DOCUMENTS, CreateBucketConfiguration=location)
    s3.create_bucket(
        Bucket=ARCHIVE, CreateBucketConfiguration=location, ObjectLockEnabledForBucket=True
    )
    s3.put_object_lock_configuration(
        Bucket=ARCHIVE,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": RETENTION_DAYS}},
        },
    )


def an_archive(client: Any = None) -> S3Archive:
    """The archive, by default over the real client."""
    return S3Archive(client or boto3.client("s3"), ARCHIVE, DOCUMENTS)


def outbox_names() -> list[str]:
    """Names of the events that wait in the outbox."""
    rows = ExtdataOutboxRow.scan(ExtdataOutboxRow.pk.startswith("OUTBOX#"))
    return [row.event.name for row in rows]


def items(kind: str) -> list[dict[str, Any]]:
    """Rows whose partition is of a kind: `items("METER")`."""
    found = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [item for item in found if f"#{kind}#" in item["pk"]["S"] + "#"]


@dataclass(frozen=True, slots=True)
class Write:
    """One write as it was sent: what it does, where, and whether only where nothing is yet."""

    operation: str
    pk: str
    only_new: bool


@contextmanager
def writes() -> Iterator[list[Write]]:
    """Every write that leaves the rows' client while the block runs."""
    sent: list[Write] = []

    def note(params: Any, model: Any, **_: Any) -> None:
        single = {model.name.removesuffix("Item"): params} if "Item" in model.name[-4:] else {}
        for request in [*params.get("TransactItems", ()), single]:
            for operation, one in request.items():
                if operation in {"Put", "Update", "Delete"}:
                    sent.append(_write(operation, one))

    events = connection().client.meta.events
    events.register("before-parameter-build.dynamodb", note)
    try:
        yield sent
    finally:
        events.unregister("before-parameter-build.dynamodb", note)


def _write(operation: str, request: Any) -> Write:
    condition = request.get("ConditionExpression", "")
    pk = (request.get("Item") or request["Key"])["pk"]["S"]
    return Write(operation, pk, only_new=condition.startswith("attribute_not_exists"))


class Ticks:
    """A monotonic clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def refusal(code: str, operation: str) -> ClientError:
    """What a service says when it refuses."""
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass
class Faulty:
    """A client whose next calls of some operations go wrong, one fault a call."""

    client: Any
    faults: dict[str, list[Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """The operation, with its planned fault in front of it."""
        operation = getattr(self.client, name)

        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            planned = self.faults.get(name, [])
            if not planned:
                return operation(**arguments)
            return planned.pop(0)(lambda: operation(**arguments))

        return call


def raising(error: Exception) -> Any:
    """A fault: the call never takes effect."""

    def fault(_: Any) -> Any:
        raise error

    return fault


def taking_effect_then(error: Exception) -> Any:
    """A fault: the call takes effect and its answer is lost."""

    def fault(call: Any) -> Any:
        call()
        raise error

    return fault
