"""The rail in the templates: who may touch its files, what wakes whom, and what is kept."""

from __future__ import annotations

import json

from tests.infra.templates import Template, many, references

WRITERS = {"rail-api", "take-rail-file", "finish-rail-work", "reconcile-day"}


def test_a_delivered_file_is_never_written_over(templates: dict[str, Template]) -> None:
    servicing = templates["servicing"]
    (bucket,) = [
        name
        for name, one in servicing.of_type("AWS::S3::Bucket").items()
        if "rail-files" in json.dumps(one["BucketName"])
    ]
    place = {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, "/incoming/*"]]}

    (written_once,) = [
        statement
        for policy in servicing.of_type("AWS::S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:PutObject" and place in many(statement["Resource"])
    ]

    assert written_once["Effect"] == "Deny"
    assert written_once["Condition"] == {"Null": {"s3:if-none-match": "true"}}


def test_s3_tells_the_queue_and_the_queue_keeps_what_fails(templates: dict[str, Template]) -> None:
    servicing = templates["servicing"]
    (bucket,) = [
        one
        for one in servicing.of_type("AWS::S3::Bucket").values()
        if "rail-files" in json.dumps(one["BucketName"])
    ]
    (told,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    (queue,) = [
        properties
        for name, properties in servicing.of_type("AWS::SQS::Queue").items()
        if name in references(told["Queue"])
    ]

    assert told["Event"] == "s3:ObjectCreated:*"
    assert queue["QueueName"].endswith("-rail-file-deliveries")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 3


def test_only_the_api_puts_files_and_nobody_deletes_them(templates: dict[str, Template]) -> None:
    servicing = templates["servicing"]
    actions = {
        name: set(servicing.actions(function["Role"]))
        for name, function in servicing.functions.items()
        if name in WRITERS
    }

    assert actions.keys() == WRITERS
    assert {name for name, own in actions.items() if "s3:PutObject" in own} == {"rail-api"}
    assert not any("s3:DeleteObject" in own for own in actions.values())


def test_only_who_signs_or_verifies_reads_the_shared_secret(
    templates: dict[str, Template],
) -> None:
    servicing = templates["servicing"]

    readers = {
        name
        for name, function in servicing.functions.items()
        if "secretsmanager:GetSecretValue" in servicing.actions(function["Role"])
    }

    assert readers == {"rail-api", "finish-rail-work", "request-debits"}


def test_days_are_reconciled_at_night_and_unfinished_work_every_five_minutes(
    templates: dict[str, Template],
) -> None:
    rules = {
        one["Name"].split("-", 3)[3]: one
        for one in templates["servicing"].of_type("AWS::Events::Rule").values()
    }

    night, often = rules["reconcile-day"], rules["finish-rail-work"]

    assert night["ScheduleExpression"] == "cron(30 22 * * ? *)"
    assert often["ScheduleExpression"] == "rate(5 minutes)"
    for rule in (night, often):
        (target,) = rule["Targets"]
        assert (target["Input"], "DeadLetterConfig" in target) == ("{}", True)


def test_events_that_the_stream_lost_are_looked_for_every_five_minutes(
    templates: dict[str, Template],
) -> None:
    servicing = templates["servicing"]
    (rule,) = [
        one
        for one in servicing.of_type("AWS::Events::Rule").values()
        if one["Name"].endswith("-sweep-outbox")
    ]

    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert "StreamToEvents" in json.dumps(target["Arn"])
    assert (target["Input"], "DeadLetterConfig" in target) == ("{}", True)


def test_differences_and_missing_files_raise_an_alarm(templates: dict[str, Template]) -> None:
    service = [{"Name": "service", "Value": "servicing"}]
    watched = {
        one["MetricName"]
        for one in templates["servicing"].of_type("AWS::CloudWatch::Alarm").values()
        if one.get("Dimensions") == service and one["Threshold"] == 1
    }

    assert watched >= {
        "ReconciliationDifference",
        "RailFileMissing",
        "RailFileRefused",
        "RailDebitUnresolved",
        "RailWorkFailed",
        "TransferUnresolved",
        "LedgerBehind",
        "EventsSwept",
    }


def test_the_core_bank_is_heard_without_a_token_and_nobody_else(
    templates: dict[str, Template],
) -> None:
    servicing = templates["servicing"]
    paths = servicing.of_type("AWS::ApiGateway::Resource")

    open_ones = {
        (method["HttpMethod"], paths[next(iter(references(method["ResourceId"])))]["PathPart"])
        for method in servicing.of_type("AWS::ApiGateway::Method").values()
        if method["AuthorizationType"] == "NONE"
    }

    assert open_ones == {("POST", "repayments"), ("POST", "files")}
