"""`puhui models monitor` on what a night left in table and bucket."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from infra.cli import build
from puhui.clock import CHINA, SystemClock
from puhui.contracts.risk import RecordLoanOutcome
from puhui.dynamodb import bind_table
from risk.adapters.dynamo_decisions import DynamoDecisions
from risk.adapters.dynamo_monitoring import DynamoOutcomes
from risk.adapters.rows import ROWS
from risk.adapters.rows_monitoring import MONITORING_ROWS
from risk.adapters.s3_archive import S3KeptArtefacts
from risk.adapters.s3_monitoring import S3Reports, S3Scores
from risk.adapters.s3_records import S3Records
from risk.domain.monitoring.report import report_over
from risk.usecases.record_outcome import RecordOutcome
from tests.component.risk.conftest import RECORDS, TABLE
from tests.support.monitoring import REAL_CARDS, REAL_MODEL, a_day, a_scored
from tests.support.risk import NORTH, a_document, a_healthy_firm, decided
from tests.support.risk_stores import BUCKET

pytestmark = pytest.mark.usefixtures("risk_account")
CARD = REAL_CARDS.all()[REAL_MODEL]
YESTERDAY = datetime.now(CHINA).date() - timedelta(days=1)
SCORED = [
    a_scored(number, model_id=REAL_MODEL, model_version=CARD.model_version, readings=())
    for number in range(120)
]


@pytest.fixture
def s3() -> Any:
    bind_table(TABLE, *ROWS, *MONITORING_ROWS)
    ssm = boto3.client("ssm")
    for name, value in {
        "/puhui/test/risk/decisions/bucket-name": RECORDS,
        "/puhui/test/platform/documents/bucket-name": BUCKET,
    }.items():
        ssm.put_parameter(Name=name, Value=value, Type="String")
    return boto3.client("s3")


def run(*arguments: str, env: str = "test") -> Any:
    given = ["models", "monitor", *arguments, "--env", env, "--bank", "north"]
    return CliRunner().invoke(build(), given)


def night(s3: Any, back: int = 0) -> None:
    day = YESTERDAY - timedelta(days=back)
    S3Reports(s3, RECORDS).keep(NORTH, day, report_over(SCORED, CARD))
    S3Scores(s3, RECORDS).keep(NORTH, a_day(*SCORED, day=day))


def test_the_last_night_is_told_with_the_nights_before_it(s3: Any) -> None:
    night(s3, back=1)
    night(s3)

    told = json.loads(run("--json").stdout)

    (line,) = told["models"]
    assert (told["night"], line["night"]) == (YESTERDAY.isoformat(), YESTERDAY.isoformat())
    assert (line["report"]["model_id"], line["report"]["count"]) == (REAL_MODEL, 120)
    assert [one["day"] for one in line["history"]] == [
        (YESTERDAY - timedelta(days=back)).isoformat() for back in (0, 1)
    ]


def test_a_challenger_is_compared_over_the_collected_days(s3: Any) -> None:
    night(s3)

    result = run("M08", "--challenger", "M12", "--json")

    assert json.loads(result.stdout)["challenger"]["count"] == 0, "it answered in none of them"


def test_records_are_measured_as_they_are(s3: Any) -> None:
    decision = decided(a_document(a_healthy_firm()))
    DynamoDecisions(S3Records(s3, RECORDS)).add(decision, "app-1")

    told = json.loads(run("--now", "--json").stdout)

    assert {one["report"]["count"] for one in told["models"]} == {1}
    assert (told["night"], len(told["models"])) == (None, 2)


def test_a_bank_that_no_night_measured_is_told_what_to_do(s3: Any) -> None:
    result = run()

    assert (result.exit_code, "try --now" in result.stderr) == (2, True)


def test_an_environment_without_risk_is_one_sentence(s3: Any) -> None:
    for env, sentence in (("prod", "risk is not deployed in prod"), ("No!", "--env: environment")):
        result = run(env=env)

        assert (result.exit_code, sentence in result.stderr) == (2, True)


def test_outcomes_that_the_bank_told_are_in_what_is_measured_now(s3: Any) -> None:
    decision = decided(a_document(a_healthy_firm()))
    decisions = DynamoDecisions(S3Records(s3, RECORDS))
    decisions.add(decision, "app-1")
    record = RecordOutcome(decisions, S3KeptArtefacts(s3, RECORDS), REAL_CARDS, DynamoOutcomes())
    record(
        RecordLoanOutcome.model_validate(
            {
                "bank_id": "north",
                "correlation_id": "loan-1",
                "application_id": "app-1",
                "result": "bad",
                "known_on": SystemClock().now().date(),
            }
        )
    )

    told = json.loads(run("--now", "--json").stdout)

    assert [one["report"]["vintages"][-1]["bad"] for one in told["models"]] == [1, 1]
