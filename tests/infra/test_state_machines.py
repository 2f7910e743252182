"""State machines: in house style, complete in their stack, and allowed what they call."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.lint.asl import STATE_MACHINES, check_file
from infra.lint.error_classes import known_errors
from tests.infra.templates import Template, many, references

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
FILES = sorted(STATE_MACHINES.rglob("*.asl.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_state_machine_is_in_house_style(path: Path) -> None:
    assert check_file(path) == []


def test_every_file_is_a_machine_of_its_modules_stack(templates: dict[str, Template]) -> None:
    deployed = {
        (module, machine["StateMachineName"].split("-", 3)[3].replace("-", "_"))
        for module, template in templates.items()
        for machine in template.of_type("AWS::StepFunctions::StateMachine").values()
    }

    assert deployed == {(p.parent.name, p.name.removesuffix(".asl.json")) for p in FILES}


def test_every_placeholder_has_its_substitution_and_no_other(
    templates: dict[str, Template],
) -> None:
    for _, machine in _machines(templates):
        asked = set(PLACEHOLDER.findall(machine["DefinitionString"]))

        assert asked == set(machine["DefinitionSubstitutions"])


def test_a_machine_may_call_exactly_what_its_definition_calls(
    templates: dict[str, Template],
) -> None:
    for template, machine in _machines(templates):
        called = _called(machine)
        allowed = {
            action: {
                one
                for statement in template.statements(machine["RoleArn"])
                if action in many(statement["Action"])
                for one in _parts(statement["Resource"])
            }
            for action in ("lambda:InvokeFunction", "sqs:SendMessage")
        }

        assert allowed["lambda:InvokeFunction"] == called["FunctionName"]
        assert {_queue(one) for one in allowed["sqs:SendMessage"]} == {
            _queue(one) for one in called["QueueUrl"]
        }


def test_a_machine_keeps_no_personal_data_in_its_log(templates: dict[str, Template]) -> None:
    for _, machine in _machines(templates):
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["TracingConfiguration"] == {"Enabled": True}


def test_every_machine_has_its_alarms(templates: dict[str, Template]) -> None:
    for template, machine in _machines(templates):
        machine_id = template.logical_id("AWS::StepFunctions::StateMachine", machine)
        watched = {
            alarm["MetricName"]
            for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
            if machine_id in references(alarm.get("Dimensions"))
        }

        assert watched == {"ExecutionsFailed", "ExecutionsTimedOut"}


def test_the_errors_of_the_kernel_are_known_with_their_category() -> None:
    known = known_errors()

    assert known["UpstreamUnavailable"] is True
    assert known["StaleVersion"] is True
    assert known["Conflict"] is False
    assert "ValueError" not in known


def _machines(templates: dict[str, Template]) -> list[tuple[Template, dict[str, Any]]]:
    return [
        (template, machine)
        for template in templates.values()
        for machine in template.of_type("AWS::StepFunctions::StateMachine").values()
    ]


def _called(machine: dict[str, Any]) -> dict[str, set[str]]:
    """What the placeholders at the call sites of a definition stand for."""
    called: dict[str, set[str]] = {"FunctionName": set(), "QueueUrl": set()}
    values = machine["DefinitionSubstitutions"]
    for field, name in re.findall(
        r'"(FunctionName|QueueUrl)":\s*"\$\{(\w+)\}"', machine["DefinitionString"]
    ):
        if isinstance(values[name], dict):  # a text stands for a module that is not deployed
            called[field] |= set(_parts(values[name]))
    return called


def _parts(value: Any) -> list[str]:
    return sorted({name for one in many(value) for name in references(one)})


def _queue(parameter: str) -> str:
    """A queue's URL and its ARN are two parameters of one queue."""
    return re.sub(r"queue(url|arn).*$", "queue", parameter)


def test_the_definition_names_no_partition(templates: dict[str, Template]) -> None:
    for _, machine in _machines(templates):
        assert "arn:aws" not in json.dumps(machine["DefinitionString"])
