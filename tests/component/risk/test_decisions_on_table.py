"""The port of decisions: one suite over fake and table, and what only the table can do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from puhui.contracts.risk import DecisionMade, ModelRefused
from puhui.dynamodb import bind_table
from puhui.events import Envelope, parse_event
from puhui.tenancy import BankId
from risk.adapters.dynamo_decisions import MAX_INLINE_BYTES, DynamoDecisions
from risk.adapters.rows import ROWS, DecisionRow
from risk.adapters.s3_records import S3Records
from risk.domain.decision import Decision
from risk.domain.errors import DecisionNotFound, RecordBroken, RecordOfAnotherKind
from risk.ports import Decisions
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.risk import NORTH, a_document, a_healthy_firm, decided
from tests.support.risk_stores import InMemoryDecisions

DECISION = decided(a_document(a_healthy_firm()))
ID = DECISION.result.decision_id


@pytest.fixture(params=["memory", "dynamodb"])
def decisions(request: pytest.FixtureRequest) -> Iterator[Decisions]:
    if request.param == "memory":
        yield InMemoryDecisions()
        return
    request.getfixturevalue("risk_account")
    yield on_table()


def on_table() -> DynamoDecisions:
    bind_table(TABLE, *ROWS)
    return DynamoDecisions(S3Records(boto3.client("s3"), RECORDS))


def test_a_kept_decision_is_found_again_to_the_byte(decisions: Decisions) -> None:
    decisions.add(DECISION, "app-1")

    assert decisions.find(NORTH, ID) == DECISION


def test_a_decision_that_was_never_made_is_not_found(decisions: Decisions) -> None:
    assert decisions.find(NORTH, ID) is None


def test_a_decision_is_made_once(decisions: Decisions) -> None:
    decisions.add(DECISION, "app-1")

    again = decisions.add(replace(DECISION, branch_id="elsewhere"), "app-1")

    assert again == decisions.find(NORTH, ID) == DECISION


def test_another_bank_does_not_find_it(decisions: Decisions) -> None:
    decisions.add(DECISION, "app-1")

    assert decisions.find(BankId("south"), ID) is None
    with pytest.raises(DecisionNotFound):
        decisions.latest_of(BankId("south"), "app-1")


def test_the_last_decision_about_an_application_is_the_newest(decisions: Decisions) -> None:
    later = replace(
        DECISION,
        decided_at=DECISION.decided_at + timedelta(seconds=1),
        result=DECISION.result.model_copy(update={"decision_id": "dec-0"}),
    )
    decisions.add(later, "app-1")
    decisions.add(DECISION, "app-1")

    assert decisions.latest_of(NORTH, "app-1").result.decision_id == "dec-0"


def test_an_application_without_decision_has_no_last_one(decisions: Decisions) -> None:
    with pytest.raises(DecisionNotFound):
        decisions.latest_of(NORTH, "app-1")


def refused(model: str) -> ModelRefused:
    return ModelRefused(model_id=model, model_version=None, why="no card", decision_id="dec-1")


def by_subject(envelope: Envelope) -> str:
    return envelope.subject


def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return found


@pytest.mark.usefixtures("risk_account")
def test_the_event_is_written_with_the_decision() -> None:
    on_table().add(DECISION, "app-1")

    (outbox,) = [item for item in items() if item["pk"]["S"].startswith("OUTBOX#")]
    envelope = Envelope.model_validate(json.loads(outbox["envelope"]["S"]))
    assert parse_event(DecisionMade, envelope) == DECISION.event
    assert (envelope.subject, envelope.correlation_id) == ("app-1", "app-1")


@pytest.mark.usefixtures("risk_account")
def test_a_decision_that_is_kept_again_leaves_no_second_event() -> None:
    decisions = on_table()
    decisions.add(DECISION, "app-1")

    decisions.add(DECISION, "app-1")

    assert sorted(item["pk"]["S"].split("#")[-2] for item in items()) == [
        "DECIDED",
        "DECISION",
        "OUTBOX",
    ]


@pytest.mark.usefixtures("risk_account")
def test_each_model_that_a_decision_was_made_without_is_told_once() -> None:
    decisions, told = on_table(), [refused("m-one"), refused("m-two")]

    for _ in range(2):
        decisions.add(replace(DECISION, models_refused=tuple(told)), "app-1")

    rows = [item for item in items() if item["pk"]["S"].startswith("OUTBOX#")]
    envelopes = [Envelope.model_validate_json(row["envelope"]["S"]) for row in rows]
    found = [one for one in envelopes if one.name == "ModelRefused"]
    assert sorted(one.subject for one in found) == ["m-one", "m-two"]
    assert {one.bank_id for one in found} == {"north"}
    assert [parse_event(ModelRefused, one) for one in sorted(found, key=by_subject)] == told


@pytest.mark.usefixtures("risk_account")
def test_a_large_record_lies_in_the_bucket_where_nothing_changes() -> None:
    large = with_record(b'{"x":"' + b"y" * MAX_INLINE_BYTES + b'"}')
    decisions = on_table()

    decisions.add(large, "app-1")

    (row,) = [item for item in items() if item["sk"]["S"] == "DECISION"]
    assert ("record" in row, decisions.find(NORTH, ID)) == (False, large)


@pytest.mark.usefixtures("risk_account")
def test_every_record_lies_under_its_question_where_nothing_changes() -> None:
    on_table().add(DECISION, "app-1")

    s3 = boto3.client("s3")
    (kept,) = s3.list_objects_v2(Bucket=RECORDS)["Contents"]
    assert kept["Key"] == f"decisions/north/{ID}.json"
    assert s3.get_object(Bucket=RECORDS, Key=kept["Key"])["Body"].read() == DECISION.record


@pytest.mark.usefixtures("risk_account")
def test_a_record_that_was_changed_in_the_row_is_not_believed() -> None:
    on_table().add(DECISION, "app-1")
    row = DecisionRow.get(f"BANK#north#DECISION#{ID}", "DECISION")
    row.update([DecisionRow.record.set(DECISION.record.decode().replace("approve", "decline"))])

    with pytest.raises(RecordBroken):
        on_table().find(NORTH, ID)


@pytest.mark.usefixtures("risk_account")
def test_a_large_record_that_was_changed_in_the_bucket_is_not_believed() -> None:
    large = with_record(b'{"x":"' + b"y" * MAX_INLINE_BYTES + b'"}')
    on_table().add(large, "app-1")
    s3 = boto3.client("s3")
    (kept,) = s3.list_objects_v2(Bucket=RECORDS)["Contents"]
    s3.put_object(Bucket=RECORDS, Key=kept["Key"], Body=b"{}", ChecksumAlgorithm="SHA256")

    with pytest.raises(RecordBroken):
        on_table().find(NORTH, ID)


@pytest.mark.usefixtures("risk_account")
@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"schema":"decision-record/1"}', RecordOfAnotherKind),
        (decided(a_document(a_healthy_firm()), application_id="app-2").record, RecordBroken),
    ],
)
def test_a_record_of_another_question_or_schema_is_no_answer(
    body: bytes, error: type[Exception]
) -> None:
    S3Records(boto3.client("s3"), RECORDS).keep(NORTH, ID, body)

    with pytest.raises(error):
        on_table().add(DECISION, "app-1")
    assert items() == []


def with_record(body: bytes) -> Decision:
    """The decision with another record."""
    result = DECISION.result.model_copy(update={"record_sha256": hashlib.sha256(body).hexdigest()})
    return replace(DECISION, record=body, result=result)


@pytest.mark.usefixtures("risk_account")
def test_a_record_holds_no_name_and_no_number_of_a_person() -> None:
    on_table().add(DECISION, "app-1")

    found = on_table().find(NORTH, ID)
    assert found is not None
    record = json.loads(found.record)
    assert set(record["request"]) == {
        "application_id",
        "correlation_id",
        "bank_id",
        "branch_id",
        "customer_id",
        "customer_kind",
        "as_of",
        "product_code",
        "min_amount_fen",
        "max_amount_fen",
        "min_rate_bps",
        "max_rate_bps",
        "amount_fen",
        "term_months",
        "region_code",
        "industry_section",
        "established_on",
        "facts",
    }
