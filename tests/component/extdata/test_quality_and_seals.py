"""Quality, seals and the night on AWS: measured days, locked heads, one bank after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from extdata.adapters.dynamo_banks import DynamoBanks
from extdata.adapters.dynamo_quality import DynamoQualityDays
from extdata.adapters.rows_audit import AUDIT_ROWS
from extdata.adapters.rows_quality import QUALITY_ROWS
from extdata.adapters.s3_audit_seals import S3AuditSeals
from extdata.audit_ports import AuditSeals
from extdata.audit_wiring import audit_chains, banks
from extdata.domain.audit import ChainId
from extdata.domain.errors import ArchiveBroken
from extdata.domain.quality import REFERENCE_DAYS, DayQuality, FieldQuality
from extdata.domain.seal import ChainSeal
from extdata.handlers import chain_audit, close_day
from extdata.night_wiring import night
from infra.demo.extdata.in_memory import InMemoryAuditSeals
from puhui.dynamodb import bind_table
from tests.component.extdata.api_world import AUDITOR, STEWARD, TODAY, ApiWorld, api_world
from tests.component.extdata.storage import ARCHIVE, TABLE, account, items
from tests.support.extdata import BANK, NOON, OTHER_BANK

ON = date(2026, 11, 2)
SEAL = ChainSeal(
    chain=ChainId(bank_id=BANK, day=TODAY, shard=0), sequence=3, hash="a" * 64, sealed_at=NOON
)


@pytest.fixture
def days() -> Iterator[DynamoQualityDays]:
    with account():
        bind_table(TABLE, *QUALITY_ROWS, *AUDIT_ROWS)
        yield DynamoQualityDays()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiWorld]:
    with api_world(monkeypatch) as made:
        for cached in (audit_chains, banks, night):
            cached.cache_clear()
        made.set_up()
        yield made
        for cached in (audit_chains, banks, night):
            cached.cache_clear()


def a_day(on: date = ON, **changes: Any) -> DayQuality:
    """One connector's day with one field."""
    fields: dict[str, Any] = {
        "bank_id": BANK,
        "provider_id": "sbx-tax",
        "connector_id": "sbx-tax-returns",
        "on": on,
        "calls": 10,
        "answered": 9,
        "hits": 8,
        "misses": 1,
        "p50_ms": 10,
        "p95_ms": 20,
        "p99_ms": 30,
        "fields": {"returns.sales_fen": FieldQuality(documents=8, null_ppm=0, counts={"9": 5})},
    }
    return DayQuality(**(fields | changes))


def chain_everything() -> None:
    """Deliver the audit records as the stream does."""
    records = [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(n), "NewImage": item}}
        for n, item in enumerate(items("AUDIT"), 1)
    ]
    assert chain_audit.handler({"Records": records}, None) == {"batchItemFailures": []}


def test_a_day_that_is_measured_again_is_replaced(days: DynamoQualityDays) -> None:
    days.save(a_day())

    days.save(a_day(calls=11))

    assert [day.calls for day in days.of_day(BANK, ON)] == [11]


def test_a_bank_sees_its_own_days_only(days: DynamoQualityDays) -> None:
    days.save(a_day())

    assert list(days.of_day(OTHER_BANK, ON)) == []


def test_the_reference_is_the_first_days_with_data_before_the_day(days: DynamoQualityDays) -> None:
    first = ON - timedelta(days=REFERENCE_DAYS + 10)
    for number in range(REFERENCE_DAYS + 5):
        days.save(a_day(first + timedelta(days=number)))

    reference = days.reference(BANK, "sbx-tax-returns", ON)
    early = days.reference(BANK, "sbx-tax-returns", first + timedelta(days=2))

    assert reference == {"returns.sales_fen": {"9": 5 * REFERENCE_DAYS}}
    assert early == {"returns.sales_fen": {"9": 10}}


def test_banks_are_noted_once(days: DynamoQualityDays) -> None:
    DynamoBanks().note(BANK)
    DynamoBanks().note(BANK)

    assert list(DynamoBanks().all()) == [BANK]


@pytest.mark.parametrize("kind", ["memory", "s3"])
def test_a_seal_kept_twice_is_one_and_belongs_to_its_bank_and_day(
    days: DynamoQualityDays, kind: str
) -> None:
    seals: AuditSeals = (
        InMemoryAuditSeals() if kind == "memory" else S3AuditSeals(boto3.client("s3"), ARCHIVE)
    )
    second = replace(SEAL, sequence=4, hash="b" * 64)
    for seal in (second, SEAL, SEAL):
        seals.keep(seal)

    found = [(one.chain, one.sequence, one.hash) for one in seals.of_day(BANK, TODAY)]

    assert found == [(one.chain, one.sequence, one.hash) for one in (SEAL, second)]
    assert (list(seals.of_day(OTHER_BANK, TODAY)), list(seals.of_day(BANK, "2026-11-03"))) == (
        [],
        [],
    )


def test_a_seal_is_kept_once_and_cannot_be_taken_back(days: DynamoQualityDays) -> None:
    client = boto3.client("s3")
    seals = S3AuditSeals(client, ARCHIVE)
    seals.keep(SEAL)
    seals.keep(SEAL)
    (kept,) = client.list_object_versions(Bucket=ARCHIVE)["Versions"]

    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket=ARCHIVE, Key=kept["Key"], VersionId=kept["VersionId"])

    assert [(one.chain, one.sequence, one.hash) for one in seals.of_day(BANK, TODAY)] == [
        (SEAL.chain, SEAL.sequence, SEAL.hash)
    ]


def test_a_seal_that_was_hidden_or_covered_still_counts(days: DynamoQualityDays) -> None:
    client = boto3.client("s3")
    seals = S3AuditSeals(client, ARCHIVE)
    seals.keep(SEAL)
    seals.keep(replace(SEAL, sequence=4, hash="b" * 64))
    hidden, covered = (one["Key"] for one in client.list_objects_v2(Bucket=ARCHIVE)["Contents"])
    client.delete_object(Bucket=ARCHIVE, Key=hidden)
    client.put_object(Bucket=ARCHIVE, Key=covered, Body=b"{}")

    found = [(one.sequence, one.hash) for one in seals.of_day(BANK, TODAY)]

    assert found == [(3, "a" * 64), (4, "b" * 64)]


def test_what_is_no_seal_among_the_seals_is_a_broken_archive(days: DynamoQualityDays) -> None:
    client = boto3.client("s3")
    client.put_object(Bucket=ARCHIVE, Key=f"audit-seals/{BANK}/{TODAY}/0/any.json", Body=b"{}")

    with pytest.raises(ArchiveBroken):
        S3AuditSeals(client, ARCHIVE).of_day(BANK, TODAY)


def test_quality_is_measured_on_demand_and_shown(world: ApiWorld) -> None:
    world.ask()
    values = {"day": TODAY}
    before = world.call("GET", "/quality/{day}", AUDITOR, values=values)

    measured = world.call("POST", "/quality/{day}", STEWARD, values=values)
    shown = world.call("GET", "/quality/{day}", AUDITOR, values=values)

    assert before.body["items"] == []
    assert shown.body == measured.body
    (one,) = shown.body["items"]
    assert (one["connector_id"], one["calls"]) == ("sbx-tax-returns", 1)
    assert (one["availability_ppm"], one["hit_ppm"]) == (1_000_000, 1_000_000)
    assert "returns.sales_fen" in {field["field"] for field in one["fields"]}


def test_an_auditor_measures_nothing(world: ApiWorld) -> None:
    refused = world.call("POST", "/quality/{day}", AUDITOR, values={"day": TODAY})

    assert refused.status == 403


def test_a_day_that_is_none_is_not_found(world: ApiWorld) -> None:
    answer = world.call("GET", "/quality/{day}", AUDITOR, values={"day": "2026-02-30"})

    assert answer.status == 404


def test_the_night_measures_and_seals_the_day_before(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ask()
    chain_everything()
    monkeypatch.setenv("BUSINESS_DATE", "2026-11-03")

    done = close_day.handler({}, None)
    again = close_day.handler({}, None)

    assert done == again == {"measured": 1, "sealed": 1}


def test_a_rewritten_chain_is_found_by_its_seal_over_the_api(
    world: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ask()
    chain_everything()
    monkeypatch.setenv("BUSINESS_DATE", "2026-11-03")
    close_day.handler({}, None)
    table = boto3.client("dynamodb")
    for item in items("CHAIN"):
        table.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
    (record,) = items("AUDIT")
    record["record"] = {"S": record["record"]["S"].replace("uw-1", "uw-2")}
    table.put_item(TableName=TABLE, Item=record)
    chain_everything()

    shown = world.call("GET", "/audit/{day}", AUDITOR, values={"day": TODAY})

    assert (shown.body["verified"], shown.body["sealed"]) == (False, 1)
    assert "is not what was sealed" in shown.body["faults"][0]
