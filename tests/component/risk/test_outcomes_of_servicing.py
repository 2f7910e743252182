"""A loan goes bad in servicing's end of day, and `puhui models monitor` knows of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from infra.cli import build
from puhui.dynamodb import bind_table
from puhui.events import Envelope
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.rows import ROWS
from risk.adapters.rows_monitoring import MONITORING_ROWS
from risk.adapters.s3_records import S3Records
from risk.domain.monitoring.discrimination import ALL_VINTAGES
from risk.handlers import hear_of_outcome
from servicing.domain.account.outcome import BAD_FROM_DAYS
from servicing.domain.end_of_day.leg import Leg
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.end_of_day import Night, all_the_time_there_is
from tests.support.risk import NOON, a_document, a_healthy_firm, decided
from tests.support.servicing import NORTH, MemoryWorld, a_disbursed_loan

DECISION = decided(a_document(a_healthy_firm()))
PAID_OUT = NOON.date()
FIRST_DUE = date(2026, 9, 1)


@pytest.fixture
def _account(risk_account: None) -> None:
    bind_table(TABLE, *ROWS, *MONITORING_ROWS)
    ssm = boto3.client("ssm")
    for name, value in {
        "/puhui/test/risk/decisions/bucket-name": RECORDS,
        "/puhui/test/platform/documents/bucket-name": RECORDS,
    }.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")
    DynamoDecisions(S3Records(boto3.client("s3"), RECORDS)).add(DECISION, "app-1")


def a_night_of_a_loan_that_nobody_repays(days_late: int, application_id: str) -> list[Envelope]:
    """What servicing announces when it closes the loan's days up to so many days late."""
    world = MemoryWorld()
    loan = a_disbursed_loan(world, application_id=application_id, disbursement_date=PAID_OUT)
    close_loans = Night(world).close_loans
    for partition in range(64):
        leg = Leg(bank_id=NORTH, day=FIRST_DUE + timedelta(days=days_late), partition=partition)
        close_loans(leg, all_the_time_there_is)
    return [one for one in world.events() if one.subject == loan.loan_id]


def heard(envelopes: list[Envelope]) -> dict[str, Any]:
    """The handler's answer to these events as the queue brings them."""
    records = [
        {"messageId": str(place), "body": json.dumps({"detail": json.loads(one.to_json())})}
        for place, one in enumerate(envelopes)
        if one.name == "LoanOutcomeKnown"
    ]
    return hear_of_outcome.handler({"Records": records}, None)


def bad_of_all_vintages() -> list[int]:
    """Of each model that answered and has outcomes, over all months of decisions."""
    asked = ["models", "monitor", "--now", "--json", "--env", "test", "--bank", "north"]
    told = json.loads(CliRunner().invoke(build(), asked).stdout)
    lines = [line for one in told["models"] for line in one["report"]["vintages"]]
    return [line["bad"] for line in lines if line["vintage"] == ALL_VINTAGES]


@pytest.mark.usefixtures("_account")
def test_a_loan_that_went_bad_is_in_what_the_monitor_shows() -> None:
    announced = a_night_of_a_loan_that_nobody_repays(BAD_FROM_DAYS, "app-1")

    answers = [heard(announced) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert bad_of_all_vintages() == [1, 1]


@pytest.mark.usefixtures("_account")
def test_a_loan_that_may_still_turn_out_well_is_in_no_vintage() -> None:
    announced = a_night_of_a_loan_that_nobody_repays(BAD_FROM_DAYS - 1, "app-1")

    heard(announced)

    assert bad_of_all_vintages() == []


@pytest.mark.usefixtures("_account")
def test_a_loan_that_was_never_decided_here_is_left_out() -> None:
    announced = a_night_of_a_loan_that_nobody_repays(BAD_FROM_DAYS, "app-elsewhere")

    answer = heard(announced)

    assert answer == {"batchItemFailures": []}
    assert bad_of_all_vintages() == []
