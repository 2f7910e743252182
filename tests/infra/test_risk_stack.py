"""Risk in IAM: a question has one record, whoever writes it."""

from __future__ import annotations

from typing import Any

import pytest

from risk.adapters.s3_monitoring import MONITORING
from risk.adapters.s3_records import PREFIX
from tests.infra.templates import Template, many, references


@pytest.mark.parametrize("prefix", [PREFIX, MONITORING])
def test_nobody_writes_a_record_or_report_where_another_lies(
    templates: dict[str, Template], prefix: str
) -> None:
    risk = templates["risk"]
    (bucket,) = risk.of_type("AWS::S3::Bucket")
    (policy,) = risk.of_type("AWS::S3::BucketPolicy").values()
    place = {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, f"/{prefix}*"]]}
    (written_once,) = [
        one
        for one in policy["PolicyDocument"]["Statement"]
        if one["Action"] == "s3:PutObject" and place in many(one["Resource"])
    ]

    assert written_once["Effect"] == "Deny"
    assert written_once["Principal"] == {"AWS": "*"}
    assert written_once["Condition"] == {"Null": {"s3:if-none-match": "true"}}


def schedule_of(risk: Template) -> dict[str, Any]:
    """The only rule that fires by time."""
    (rule,) = [
        one for one in risk.of_type("AWS::Events::Rule").values() if "ScheduleExpression" in one
    ]
    return rule


def test_what_became_of_loans_is_heard_from_servicing_alone(templates: dict[str, Template]) -> None:
    rules = templates["risk"].of_type("AWS::Events::Rule").values()

    assert [one["EventPattern"] for one in rules if "EventPattern" in one] == [
        {"source": ["puhui.servicing"], "detail-type": ["LoanOutcomeKnown"]}
    ]


def test_monitoring_starts_every_night_and_a_lost_start_is_kept(
    templates: dict[str, Template],
) -> None:
    risk = templates["risk"]
    rule = schedule_of(risk)
    (machine,) = [
        name
        for name, one in risk.of_type("AWS::StepFunctions::StateMachine").items()
        if one["StateMachineName"].endswith("model-monitoring")
    ]
    (target,) = rule["Targets"]

    assert rule["ScheduleExpression"] == "cron(30 19 * * ? *)"
    assert references(target["Arn"]) == {machine}
    assert (target["Input"], "DeadLetterConfig" in target) == ("{}", True)


def test_who_starts_the_night_may_start_nothing_else(templates: dict[str, Template]) -> None:
    risk = templates["risk"]
    rule = schedule_of(risk)
    (target,) = rule["Targets"]

    (statement,) = risk.statements(target["RoleArn"])
    assert (statement["Action"], references(statement["Resource"])) == (
        "states:StartExecution",
        references(target["Arn"]),
    )


def test_drift_has_an_alarm_at_each_of_its_two_levels(templates: dict[str, Template]) -> None:
    alarms = templates["risk"].of_type("AWS::CloudWatch::Alarm").values()
    drift = {
        one["MetricName"]: (one["Threshold"], one["Dimensions"])
        for one in alarms
        if one["MetricName"].startswith("ModelDrift")
    }

    service = [{"Name": "service", "Value": "risk"}]
    assert drift == {"ModelDriftYellow": (1, service), "ModelDriftRed": (1, service)}


def test_no_step_of_monitoring_changes_or_deletes_and_only_measuring_opens_reviews(
    templates: dict[str, Template],
) -> None:
    risk = templates["risk"]
    steps = ("list-monitored", "collect-scores", "measure-model", "raise-drift-alarm")
    allowed = {
        step: set(risk.actions(function["Role"]))
        for name, function in risk.functions.items()
        for step in steps
        if name == step
    }

    assert allowed.keys() == set(steps)
    for actions in allowed.values():
        assert not actions & {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "s3:DeleteObject"}
    assert "dynamodb:PutItem" not in allowed["collect-scores"]
    assert not any(one.startswith("dynamodb:") for one in allowed["list-monitored"])
