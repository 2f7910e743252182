"""The audit chains on DynamoDB: every query is in once, and whatever is altered shows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from extdata.adapters.dynamo_audit_chains import DynamoAuditChains
from extdata.adapters.dynamo_queries import DynamoQueries
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.adapters.s3_audit_seals import S3AuditSeals
from extdata.audit_wiring import audit_chains, banks
from extdata.domain.audit import ChainId
from extdata.domain.query import ASKING
from extdata.handlers import chain_audit
from extdata.usecases.verify_audit import AuditVerdict, VerifyAudit
from puhui.dynamodb import bind_table
from puhui.errors import StaleVersion
from tests.component.extdata.api_world import AUDITOR, TODAY, ApiWorld, api_world
from tests.component.extdata.storage import ARCHIVE, TABLE, account
from tests.support.api import a_principal
from tests.support.extdata import BANK


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as made:
        audit_chains.cache_clear()
        banks.cache_clear()
        made.set_up()
        yield made
        audit_chains.cache_clear()
        banks.cache_clear()


@pytest.fixture
def chains() -> Iterator[DynamoAuditChains]:
    with account():
        bind_table(TABLE, *AUDIT_ROWS)
        yield DynamoAuditChains(pause=lambda _: None)


def items(kind: str) -> list[dict[str, Any]]:
    found = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [item for item in found if f"#{kind}#" in item["pk"]["S"]]


def stream_of_records() -> dict[str, Any]:
    """What the stream delivers of the audit records that are in the table now."""
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {"SequenceNumber": str(number), "NewImage": item},
            }
            for number, item in enumerate(items("AUDIT"), start=1)
        ]
    }


def seals() -> S3AuditSeals:
    return S3AuditSeals(boto3.client("s3"), ARCHIVE)


def verdict() -> AuditVerdict:
    return VerifyAudit(DynamoAuditChains(), seals())(BANK, TODAY)


def chain_everything() -> dict[str, Any]:
    return chain_audit.handler(stream_of_records(), None)


def test_every_query_and_every_refusal_is_chained(world: ApiWorld) -> None:
    world.ask()
    world.ask(request_id="req-2")
    world.ask(request_id="req-3", consent_id="con-nobody")

    chain_everything()

    assert (verdict().records, verdict().verified) == (3, True)


def test_a_record_that_is_not_chained_yet_is_waiting(world: ApiWorld) -> None:
    world.ask()

    found = verdict()

    assert (found.waiting, found.verified) == (1, False)


def test_a_second_delivery_chains_nothing(world: ApiWorld) -> None:
    world.ask()
    chain_everything()

    chain_everything()

    assert verdict().records == 1


def test_a_changed_record_breaks_the_chain(world: ApiWorld) -> None:
    world.ask()
    chain_everything()
    link = next(item for item in items("CHAIN") if item["sk"]["S"].startswith("LINK#"))
    link["record"] = {"S": link["record"]["S"].replace("uw-1", "uw-2")}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=link)

    found = verdict()

    assert not found.verified
    assert "was changed" in found.faults[0]


def test_a_chain_that_was_cut_off_misses_a_record(world: ApiWorld) -> None:
    world.ask()
    chain_everything()
    client = boto3.client("dynamodb")
    for item in items("CHAIN"):
        client.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})

    assert verdict().waiting == 1


def test_the_stream_comes_again_from_the_record_that_failed(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ask()
    event = stream_of_records()
    event["Records"][0]["dynamodb"]["NewImage"]["record"] = {"S": "{broken"}

    answer = chain_audit.handler(event, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


def test_auditors_verify_a_day_over_the_api(world: ApiWorld) -> None:
    world.ask()
    chain_everything()

    shown = world.call("GET", "/audit/{day}", AUDITOR, values={"day": TODAY})

    assert (shown.status, shown.body["verified"], shown.body["records"]) == (200, True, 1)


def test_a_query_whose_run_died_is_open_over_the_api(world: ApiWorld) -> None:
    world.ask()
    queries = DynamoQueries()
    (answered,) = queries.of_day(BANK, date.fromisoformat(TODAY))
    begun = replace(answered, query_id="qry-died", status="pending", reason=ASKING, version=0)
    queries.begin(replace(begun, asked_at=answered.asked_at - timedelta(hours=2)))

    shown = world.call("GET", "/audit/{day}/open", AUDITOR, values={"day": TODAY})

    assert [one["query_id"] for one in shown.body["items"]] == ["qry-died"]


def test_another_bank_verifies_its_own_chains_only(world: ApiWorld) -> None:
    world.ask()
    chain_everything()
    stranger = a_principal("auditor", bank="south")

    shown = world.call("GET", "/audit/{day}", stranger, values={"day": TODAY})

    assert shown.body["records"] == 0


def test_many_writers_make_one_chain(chains: DynamoAuditChains) -> None:
    chain = ChainId(bank_id=BANK, day=TODAY, shard=0)

    def deliver(number: int) -> bool:
        """The stream comes again until it is in."""
        while True:
            try:
                return chains.append(chain, f"r-{number}", {"n": number})
            except StaleVersion:
                continue

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(deliver, [number % 20 for number in range(40)]))

    links = list(chains.links(chain))
    assert sum(done) == 20
    assert [link.sequence for link in links] == list(range(1, 21))
    assert chains.head(chain) == (20, links[-1].hash)
