"""The checker of state machines finds each fault that it is there for."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.lint.asl import check_file, check_machine

Machine = dict[str, Any]
RETRY: dict[str, Any] = {
    "ErrorEquals": ["UpstreamUnavailable", "StaleVersion", "Lambda.ServiceException"],
    "IntervalSeconds": 1,
    "MaxAttempts": 3,
    "BackoffRate": 2.0,
    "MaxDelaySeconds": 5,
    "JitterStrategy": "FULL",
}
GOOD: Machine = {
    "Comment": "Score one application.",
    "QueryLanguage": "JSONata",
    "TimeoutSeconds": 60,
    "StartAt": "Score application",
    "States": {
        "Score application": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "TimeoutSeconds": "{% ${ScoreSeconds} %}",
            "Arguments": {
                "FunctionName": "${Score}",
                "Payload": {"application_id": "{% $states.input.application_id %}"},
            },
            "Retry": [RETRY],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Assign": {"failure": "{% $states.errorOutput %}"},
                    "Next": "Keep the failure",
                }
            ],
            "Next": "Good score?",
        },
        "Good score?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.score > 0 %}", "Next": "Scored"}],
            "Default": "Scored",
        },
        "Keep the failure": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "TimeoutSeconds": 5,
            "Arguments": {
                "QueueUrl": "${DeadLetterQueueUrl}",
                "MessageBody": {"failure": "{% $failure %}"},
            },
            "Retry": [{**RETRY, "ErrorEquals": ["SQS.SdkClientException"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Not scored"}],
            "Next": "Not scored",
        },
        "Not scored": {"Type": "Fail", "Error": "NotScored", "Cause": "No answer."},
        "Scored": {"Type": "Succeed"},
    },
}


def task(machine: Machine) -> Machine:
    state: Machine = machine["States"]["Score application"]
    return state


def rename(machine: Machine, old: str, new: str) -> None:
    text = json.dumps(machine).replace(json.dumps(old), json.dumps(new))
    machine.clear()
    machine.update(json.loads(text))


FAULTS: dict[str, tuple[Callable[[Machine], Any], str]] = {
    "jsonpath": (lambda m: m.pop("QueryLanguage"), "QueryLanguage is not JSONata"),
    "no comment": (lambda m: m.pop("Comment"), "has no Comment"),
    "no deadline of the machine": (lambda m: m.pop("TimeoutSeconds"), "has no TimeoutSeconds"),
    "no deadline of a task": (lambda m: task(m).pop("TimeoutSeconds"), "has a TimeoutSeconds"),
    "no retry": (lambda m: task(m).pop("Retry"), "Retry does not name"),
    "our retryable error not retried": (
        lambda m: task(m)["Retry"][0]["ErrorEquals"].remove("UpstreamUnavailable"),
        "Retry does not name UpstreamUnavailable",
    ),
    "retry without jitter": (
        lambda m: task(m)["Retry"][0].pop("JitterStrategy"),
        "JitterStrategy FULL",
    ),
    "retry without bound": (
        lambda m: task(m)["Retry"][0].pop("MaxDelaySeconds"),
        "bounds its attempts",
    ),
    "what is not retryable is retried": (
        lambda m: task(m)["Retry"][0]["ErrorEquals"].append("Conflict"),
        "Conflict is retried, but is not retryable",
    ),
    "unknown error": (
        lambda m: task(m)["Retry"][0]["ErrorEquals"].append("UpstreamUnavailabel"),
        "UpstreamUnavailabel is no error class",
    ),
    "retryable error caught only": (
        lambda m: task(m)["Catch"].insert(
            0,
            {
                "ErrorEquals": ["TooManyRequests"],
                "Output": "{% $states.errorOutput %}",
                "Next": "Scored",
            },
        ),
        "TooManyRequests is retryable, but is caught",
    ),
    "no catch": (lambda m: task(m).pop("Catch"), "Catch has no States.ALL"),
    "error forgotten": (
        lambda m: task(m)["Catch"][0].pop("Assign"),
        "does not keep the error",
    ),
    "input passed whole": (
        lambda m: task(m)["Arguments"].update(Payload="{% $states.input %}"),
        "passes {% $states.input %} whole",
    ),
    "ids made in the machine": (
        lambda m: task(m)["Arguments"]["Payload"].update(id="{% $uuid() %}"),
        "$uuid is used",
    ),
    "nested machine": (
        lambda m: task(m).update(Resource="arn:aws:states:::states:startExecution.sync:2"),
        "is not one of",
    ),
    "token kept": (
        lambda m: task(m).update(Resource="arn:aws:states:::lambda:invoke.waitForTaskToken"),
        "does not hand out",
    ),
    "statement as a choice": (lambda m: rename(m, "Good score?", "Good score"), "is a question"),
    "shouting": (lambda m: rename(m, "Scored", "SCORED"), "sentence case"),
    "misspelt field": (
        lambda m: task(m).update(TimeoutSecond=5),
        "TimeoutSecond",
    ),
    "unknown next": (lambda m: task(m).update(Next="Nowhere"), "Nowhere"),
    "failure forgotten": (
        lambda m: m["States"]["Keep the failure"]["Arguments"].update(QueueUrl="${Other}"),
        "no state sends a failure to ${DeadLetterQueueUrl}",
    ),
}


def test_a_machine_in_house_style_has_no_problem() -> None:
    assert check_machine(copy.deepcopy(GOOD)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_names_the_fault(fault: str) -> None:
    spoil, expected = FAULTS[fault]
    machine = copy.deepcopy(GOOD)
    spoil(machine)

    problems = check_machine(machine)

    assert any(expected in problem for problem in problems), problems


def test_a_state_that_stands_twice_is_found(tmp_path: Path) -> None:
    path = tmp_path / "twice.asl.json"
    path.write_text('{"States": {"A": {}, "A": {}}}', encoding="utf-8")

    assert check_file(path) == ["cannot be read: ['A'] stand twice"]
