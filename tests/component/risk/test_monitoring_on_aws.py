"""Monitoring's ports: one suite over fake and adapter, and what only table and bucket can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from puhui.clock import FixedClock
from puhui.contracts.risk import DriftAlarm, ModelDriftDetected
from puhui.dynamodb import FieldCipher, bind_table
from puhui.errors import StaleVersion
from puhui.events import Envelope, parse_event
from puhui.tenancy import BankId
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.dynamo_monitoring import DynamoDecidedDays, DynamoOutcomes, OutboxDriftAlarms
from risk.adapters.dynamo_reviews import DynamoReviews
from risk.adapters.rows import ROWS
from risk.adapters.rows_monitoring import MONITORING_ROWS
from risk.adapters.rows_reviews import REVIEW_ROWS
from risk.adapters.s3_monitoring import S3MonitoredBanks, S3Reports, S3Scores
from risk.adapters.s3_records import S3Records
from risk.domain.approval import Act
from risk.domain.decision import Decision
from risk.domain.errors import RecordBroken
from risk.domain.monitoring.report import report_over
from risk.domain.monitoring.scored import DayScores
from risk.domain.review import open_review
from risk.handlers import record_outcome
from risk.monitoring_ports import Outcomes, Reports, Scores
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.aws import create_key
from tests.support.monitoring import (
    DAY,
    MODEL,
    InMemoryOutcomes,
    InMemoryReports,
    InMemoryScores,
    a_card,
    a_day,
    a_scored,
    an_outcome,
)
from tests.support.risk import NOON, NORTH, a_document, a_healthy_firm, decided

SOUTH = BankId("south")
DECISION = decided(a_document(a_healthy_firm()))
REPORT = report_over([a_scored(n) for n in range(120)], a_card())
ALARM = ModelDriftDetected(
    model_id=MODEL,
    model_version="1.0.0",
    measured_on=DAY,
    level="red",
    report_sha256="0" * 64,
    alarms=(DriftAlarm(name="pd_ppm", psi_ppm=300_000, level="red"),),
)


def bound() -> Any:
    bind_table(TABLE, *ROWS, *MONITORING_ROWS, *REVIEW_ROWS)
    return boto3.client("s3")


@pytest.fixture(params=["memory", "aws"])
def where(request: pytest.FixtureRequest) -> str:
    if request.param == "aws":
        request.getfixturevalue("risk_account")
        bound()
    return str(request.param)


@pytest.fixture
def scores(where: str) -> Scores:
    return InMemoryScores() if where == "memory" else S3Scores(bound(), RECORDS)


@pytest.fixture
def outcomes(where: str) -> Outcomes:
    return InMemoryOutcomes() if where == "memory" else DynamoOutcomes()


@pytest.fixture
def reports(where: str) -> Reports:
    return InMemoryReports() if where == "memory" else S3Reports(bound(), RECORDS)


def test_the_first_collection_of_a_day_stands(scores: Scores) -> None:
    first = a_day(a_scored(1), unreadable=1, left_out=2)

    scores.keep(NORTH, first)
    second = scores.keep(NORTH, DayScores(day=DAY, decisions=()))

    assert (second, scores.read(NORTH, DAY)) == (first, first)
    assert scores.exists(NORTH, DAY)


def test_a_day_of_another_bank_was_not_collected(scores: Scores) -> None:
    scores.keep(NORTH, DayScores(day=DAY, decisions=()))

    assert (scores.read(SOUTH, DAY), scores.exists(SOUTH, DAY)) == (None, False)
    assert not scores.exists(NORTH, DAY + timedelta(days=1))


def test_an_outcome_is_found_by_its_month_and_replaced_by_version(outcomes: Outcomes) -> None:
    first = outcomes.save(NORTH, an_outcome())
    outcomes.save(NORTH, an_outcome(1, decided_as_of=date(2026, 6, 1)))

    changed = outcomes.save(NORTH, replace(first, result="bad"))

    assert outcomes.find(NORTH, "2026-07", "app-00000") == changed
    assert list(outcomes.of_vintages(NORTH, ["2026-07"])) == [changed]
    assert outcomes.find(SOUTH, "2026-07", "app-00000") is None


def test_an_outcome_that_somebody_changed_meanwhile_is_stale(outcomes: Outcomes) -> None:
    first = outcomes.save(NORTH, an_outcome())
    outcomes.save(NORTH, replace(first, result="bad"))

    with pytest.raises(StaleVersion):
        outcomes.save(NORTH, first)
    with pytest.raises(StaleVersion):
        outcomes.save(NORTH, an_outcome())


def test_the_first_report_of_a_day_stands(reports: Reports) -> None:
    first = reports.keep(NORTH, DAY, REPORT)
    other = report_over([a_scored(1)], a_card())

    assert reports.keep(NORTH, DAY, other) == first
    assert reports.find(NORTH, MODEL, DAY) == first
    assert reports.find(SOUTH, MODEL, DAY) is None


def test_the_newest_reports_come_first(reports: Reports) -> None:
    for back in (3, 1, 2):
        reports.keep(NORTH, DAY - timedelta(days=back), REPORT)

    found = reports.history(NORTH, MODEL, 2)
    assert [one.day for one in found] == [DAY - timedelta(days=back) for back in (1, 2)]
    assert (found[0].count, found[0].psi_ppm) == (120, 0)


@pytest.mark.usefixtures("risk_account")
def test_a_report_whose_bytes_were_changed_is_not_believed() -> None:
    s3 = bound()
    reports = S3Reports(s3, RECORDS)
    reports.keep(NORTH, DAY, REPORT)
    key = f"monitoring/reports/north/{MODEL}/{DAY.isoformat()}.json"
    body = s3.get_object(Bucket=RECORDS, Key=key)["Body"].read()
    s3.put_object(
        Bucket=RECORDS, Key=key, Body=body.replace(b'"count":120', b'"count":121'),
        ChecksumAlgorithm="SHA256",
    )  # fmt: skip

    with pytest.raises(RecordBroken):
        reports.find(NORTH, MODEL, DAY)


@pytest.mark.usefixtures("risk_account")
def test_a_report_whose_head_was_lost_half_way_gets_it_the_second_time() -> None:
    s3 = bound()
    reports = S3Reports(s3, RECORDS)
    kept = reports.keep(NORTH, DAY, REPORT)
    boto3.client("dynamodb").delete_item(
        TableName=TABLE,
        Key={
            "pk": {"S": f"BANK#north#MONITORING#{MODEL}"},
            "sk": {"S": f"DAY#{DAY.isoformat()}"},
        },
    )

    assert reports.find(NORTH, MODEL, DAY) is None
    assert reports.keep(NORTH, DAY, REPORT) == kept == reports.find(NORTH, MODEL, DAY)


@pytest.mark.usefixtures("risk_account")
def test_a_decision_is_found_under_the_day_in_china_on_which_it_was_made() -> None:
    late = replace(DECISION, decided_at=datetime(2026, 8, 1, 16, 30, tzinfo=UTC))
    decisions = DynamoDecisions(S3Records(bound(), RECORDS))
    decisions.add(late, "app-1")

    days = DynamoDecidedDays()
    assert list(days.on(NORTH, date(2026, 8, 2))) == [late.result.decision_id]
    assert list(days.on(NORTH, date(2026, 8, 1))) == []
    assert list(days.on(SOUTH, date(2026, 8, 2))) == []


@pytest.mark.usefixtures("risk_account")
def test_the_banks_are_those_with_decisions() -> None:
    s3 = bound()
    records = S3Records(s3, RECORDS)
    for bank in ("south", "north"):
        records.keep(BankId(bank), "dec-1", b"{}")
    S3Scores(s3, RECORDS).keep(BankId("east"), DayScores(day=DAY, decisions=()))

    assert S3MonitoredBanks(s3, RECORDS).all() == ["north", "south"]


@pytest.mark.usefixtures("risk_account")
def test_an_alarm_is_one_event_however_often_it_is_raised() -> None:
    bound()
    alarms = OutboxDriftAlarms(FixedClock(NOON))

    assert [alarms.raise_once(NORTH, ALARM) for _ in range(2)] == [True, False]
    assert alarms.raise_once(SOUTH, ALARM)

    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    envelopes = [Envelope.model_validate_json(one["envelope"]["S"]) for one in items]
    assert sorted(one.bank_id for one in envelopes) == ["north", "south"]
    assert {parse_event(ModelDriftDetected, one) for one in envelopes} == {ALARM}


def reviewed(decision: Decision, number: int, asked_at: datetime, decide: bool) -> Any:
    result = decision.result.model_copy(
        update={"decision_id": f"dec-{number}", "verdict": "decline"}
    )
    review = open_review(
        replace(decision, result=result),
        amount_fen=1,
        asked=Act(by="customer", at=asked_at),
        statement=None,
        handled_by="risk",
    )
    return review.decide("changed", Act(by="reviewer", at=asked_at), None) if decide else review


@pytest.mark.usefixtures("risk_account")
def test_only_reviews_that_are_decided_and_were_asked_for_since_then_are_counted() -> None:
    bound()
    reviews = DynamoReviews(FieldCipher(boto3.client("kms"), create_key()))
    before = NOON - timedelta(seconds=1)
    for number, (asked_at, decide) in enumerate([(NOON, True), (before, True), (NOON, False)]):
        reviews.save(reviewed(DECISION, number, asked_at, decide))

    assert reviews.reviewed_since(NORTH, NOON) == {"dec-0": "changed"}
    assert reviews.reviewed_since(SOUTH, NOON) == {}


@pytest.mark.usefixtures("risk_account")
def test_the_published_call_keeps_an_outcome_once() -> None:
    DynamoDecisions(S3Records(bound(), RECORDS)).add(DECISION, "app-1")
    told = {
        "bank_id": "north",
        "correlation_id": "loan-1",
        "application_id": "app-1",
        "result": "bad",
        "known_on": "2027-03-01",
    }

    answers = [record_outcome.handler(told, None) for _ in range(2)]

    assert answers == [{"application_id": "app-1", "result": "bad", "vintage": "2026-08"}] * 2
    (kept,) = DynamoOutcomes().of_vintages(NORTH, ["2026-08"])
    assert [one.pd_ppm for one in kept.scores if one.decided] == [DECISION.result.pd_ppm]
    assert (len(kept.scores), kept.version) == (2, 1)
