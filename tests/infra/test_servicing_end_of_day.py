"""The end of day in the templates: the machine, its Maps, its schedule, who hears of trouble."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.templates import Template, many, references, text_of

MAPS = {"Close loans of each partition", "Assess loans of each partition"}
STEPS = {"business-day", "close-loans", "request-debits", "classify-loans", "watch-loans"}
CHILDREN = {
    "states:StartExecution",
    "states:DescribeExecution",
    "states:StopExecution",
    "states:RedriveExecution",
}


@pytest.fixture
def servicing(templates: dict[str, Template]) -> Template:
    """Servicing's own template."""
    return templates["servicing"]


@pytest.fixture
def machine(servicing: Template) -> tuple[str, dict[str, Any]]:
    """The state machine with its logical id."""
    (found,) = [
        (name, one)
        for name, one in servicing.of_type("AWS::StepFunctions::StateMachine").items()
        if one["StateMachineName"].endswith("-end-of-day")
    ]
    return found


def definition(machine: dict[str, Any]) -> dict[str, Any]:
    """The states of the machine."""
    parsed: dict[str, Any] = json.loads(machine["DefinitionString"])
    return parsed


def alarms(servicing: Template, name: str, *dimension_of: str) -> list[dict[str, Any]]:
    """The alarms whose name ends so, on one of these resources where they are named."""
    return [
        one
        for one in servicing.of_type("AWS::CloudWatch::Alarm").values()
        if str(one["AlarmName"]).endswith(name)
        and (not dimension_of or references(one["Dimensions"]) & set(dimension_of))
    ]


def test_the_night_is_a_standard_machine_of_two_distributed_maps(
    machine: tuple[str, dict[str, Any]],
) -> None:
    states = definition(machine[1])["States"]

    maps = {name: one for name, one in states.items() if one["Type"] == "Map"}

    assert machine[1]["StateMachineType"] == "STANDARD"
    assert maps.keys() == MAPS
    for one in maps.values():
        assert one["ItemProcessor"]["ProcessorConfig"] == {
            "Mode": "DISTRIBUTED",
            "ExecutionType": "STANDARD",
        }
        assert (one["MaxConcurrency"], one["ToleratedFailurePercentage"]) == (16, "{% 0 %}")


def test_the_machine_calls_its_steps_and_runs_its_own_children_alone(
    servicing: Template, machine: tuple[str, dict[str, Any]]
) -> None:
    role = machine[1]["RoleArn"]
    allowed = {
        action: statement["Resource"]
        for statement in servicing.statements(role)
        for action in many(statement["Action"])
    }

    called = references(allowed["lambda:InvokeFunction"])
    names = {
        _function_of(servicing, alias): alias
        for alias in called
        if alias in servicing.of_type("AWS::Lambda::Alias")
    }

    assert names.keys() == STEPS
    assert {one for one in allowed if one.startswith("states:")} == CHILDREN
    assert all("-end-of-day" in text_of(allowed[action]) for action in CHILDREN)


def test_what_fails_goes_to_a_queue_of_its_own_and_somebody_hears(
    servicing: Template, machine: tuple[str, dict[str, Any]]
) -> None:
    (queue,) = references(machine[1]["DefinitionSubstitutions"]["DeadLetterQueueUrl"])
    (sends,) = [
        one["Resource"]
        for one in servicing.statements(machine[1]["RoleArn"])
        if one["Action"] == "sqs:SendMessage"
    ]

    (depth,) = alarms(servicing, "-end-of-day-dlq-depth")

    assert references(sends) == {queue}
    assert servicing.of_type("AWS::SQS::Queue")[queue]["QueueName"].endswith("-end-of-day-dlq")
    assert depth["Threshold"] == 1


@pytest.mark.parametrize(
    ("name", "metric"), [("failed", "ExecutionsFailed"), ("timed-out", "ExecutionsTimedOut")]
)
def test_a_night_that_fails_or_takes_too_long_raises_an_alarm(
    servicing: Template, machine: tuple[str, dict[str, Any]], name: str, metric: str
) -> None:
    (alarm,) = alarms(servicing, f"-end-of-day-{name}", machine[0])

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", metric)
    assert alarm["Threshold"] == 1


def test_a_day_that_is_open_too_long_raises_an_alarm_that_says_what_to_do(
    servicing: Template,
) -> None:
    (alarm,) = alarms(servicing, "-day-not-closed")

    assert (alarm["MetricName"], alarm["Statistic"], alarm["Threshold"]) == (
        "DayNotClosed",
        "Maximum",
        1,
    )
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "servicing"}]
    assert "puhui eod status" in alarm["AlarmDescription"]


def test_every_quarter_of_an_hour_one_function_looks_which_days_are_due(
    servicing: Template, machine: tuple[str, dict[str, Any]]
) -> None:
    (rule,) = [
        one
        for one in servicing.of_type("AWS::Events::Rule").values()
        if str(one["Name"]).endswith("-start-end-of-days")
    ]
    (target,) = rule["Targets"]
    starter = servicing.functions["start-end-of-days"]

    (alias,) = references(target["Arn"])
    starts = [
        one["Resource"]
        for one in servicing.statements(starter["Role"])
        if one["Action"] == "states:StartExecution"
    ]

    assert rule["ScheduleExpression"] == "rate(15 minutes)"
    assert _function_of(servicing, alias) == "start-end-of-days"
    assert "DeadLetterConfig" in target
    assert [references(one) for one in starts] == [{machine[0]}]


def test_no_step_writes_but_in_transactions(servicing: Template) -> None:
    writers = {
        name
        for name in {*STEPS, "start-end-of-days"}
        if "dynamodb:PutItem" in servicing.actions(servicing.functions[name]["Role"])
    }

    plain = {
        name
        for name in writers
        if "never dynamodb:PutItem" not in servicing.actions(servicing.functions[name]["Role"])
    }

    assert writers == STEPS
    assert plain == set()


def _function_of(servicing: Template, alias: str) -> str:
    properties = servicing.of_type("AWS::Lambda::Alias")[alias]
    functions = servicing.of_type("AWS::Lambda::Function")
    (function,) = references(properties["FunctionName"])
    return str(functions[function]["FunctionName"]).split("-", 3)[3]
