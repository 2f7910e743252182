"""No message is lost: every queue has dead letters that keep for 14 days, and somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.infra.templates import Template, references

FOURTEEN_DAYS_SECONDS = 14 * 24 * 3600


def test_every_queue_has_dead_letters_or_is_them(templates: dict[str, Template]) -> None:
    bare = [
        queue["QueueName"]
        for _, queue in _queues(templates)
        if "RedrivePolicy" not in queue and not queue["QueueName"].endswith("-dlq")
    ]

    assert bare == []


def test_every_dead_letter_queue_keeps_for_14_days_and_has_an_alarm(
    templates: dict[str, Template],
) -> None:
    dead_letters = [
        (template, queue)
        for template, queue in _queues(templates)
        if queue["QueueName"].endswith("-dlq")
    ]

    assert dead_letters
    for template, queue in dead_letters:
        assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS_SECONDS
        assert "ApproximateNumberOfMessagesVisible" in _watched(template, queue)


def test_every_working_queue_has_an_alarm_on_its_age(templates: dict[str, Template]) -> None:
    unwatched = [
        queue["QueueName"]
        for template, queue in _queues(templates)
        if "RedrivePolicy" in queue
        and "ApproximateAgeOfOldestMessage" not in _watched(template, queue)
    ]

    assert unwatched == []


def test_a_message_stays_invisible_for_six_times_the_functions_timeout(
    templates: dict[str, Template],
) -> None:
    short = []
    for template in templates.values():
        functions = template.of_type("AWS::Lambda::Function")
        queues = template.of_type("AWS::SQS::Queue")
        aliases = template.of_type("AWS::Lambda::Alias")
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
            for queue_id in references(mapping["EventSourceArn"]) & queues.keys():
                (alias_id,) = references(mapping["FunctionName"])
                (function_id,) = references(aliases[alias_id]["FunctionName"])
                timeout = functions[function_id]["Timeout"]
                if queues[queue_id]["VisibilityTimeout"] < 6 * timeout:
                    short.append(queue_id)

    assert short == []


def test_every_event_source_reports_its_partial_failures(templates: dict[str, Template]) -> None:
    mappings = [
        mapping
        for template in templates.values()
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
    ]

    assert mappings
    assert all(m["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for m in mappings)


def test_every_stream_source_gives_up_into_dead_letters(templates: dict[str, Template]) -> None:
    streams = [
        mapping
        for template in templates.values()
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if "StartingPosition" in mapping
    ]

    assert streams
    for stream in streams:
        assert "OnFailure" in stream["DestinationConfig"]
        assert stream["MaximumRetryAttempts"] > 0
        assert stream["BisectBatchOnFunctionError"] is True


def test_every_rule_target_has_dead_letters(templates: dict[str, Template]) -> None:
    without = [
        rule["Name"]
        for template in templates.values()
        for rule in template.of_type("AWS::Events::Rule").values()
        for target in rule["Targets"]
        if "DeadLetterConfig" not in target
    ]

    assert without == []


def _queues(templates: dict[str, Template]) -> Iterator[tuple[Template, dict[str, Any]]]:
    for template in templates.values():
        for queue in template.of_type("AWS::SQS::Queue").values():
            yield template, queue


def _watched(template: Template, queue: dict[str, Any]) -> set[str]:
    dimension = {"Name": "QueueName", "Value": queue["QueueName"]}
    return {
        alarm["MetricName"]
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if dimension in alarm["Dimensions"]
    }
