"""Least privilege: each role may do what the declared table says, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.infra.templates import Template, many, references, strings, text_of

DECLARED = Path(__file__).with_name("declared_actions.json")
"""Each module's functions and state machines with their actions.

A change of permissions is a change of this file: `python -m tests.infra.declare_actions` writes
it, and its difference is what a reviewer reads.
"""
WITHOUT_RESOURCES = {
    "dynamodb:ListStreams",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Actions for which IAM knows no resource; anything else on `*` is a mistake."""

CHILDREN = {"states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"}
"""What a machine does with the executions of its own distributed Maps."""
ANSWERS = {"states:SendTaskSuccess", "states:SendTaskFailure"}


def granted(templates: dict[str, Template]) -> dict[str, dict[str, list[str]]]:
    """Each module's roles of functions and machines, with their actions."""
    found: dict[str, dict[str, list[str]]] = {}
    for module, template in templates.items():
        roles = {name: one["Role"] for name, one in template.functions.items()}
        for machine in template.of_type("AWS::StepFunctions::StateMachine").values():
            name = machine["StateMachineName"].split("-", 3)[3]
            roles[f"{name} (state machine)"] = machine["RoleArn"]
        found[module] = {name: template.actions(role) for name, role in sorted(roles.items())}
    return found


def test_every_role_has_exactly_its_declared_actions(templates: dict[str, Template]) -> None:
    declared = json.loads(DECLARED.read_text(encoding="utf-8"))

    assert granted(templates) == declared


def test_no_action_is_a_wildcard(templates: dict[str, Template]) -> None:
    wild = {
        (module, action)
        for module, statement in _allowed(templates)
        for action in many(statement["Action"])
        if "*" in action
    }

    assert wild == set()


def test_every_resource_is_allowed_only_where_none_can_be_named(
    templates: dict[str, Template],
) -> None:
    wild = {
        (module, action)
        for module, statement in _allowed(templates)
        if "*" in many(statement["Resource"])
        for action in many(statement["Action"])
        if action not in WITHOUT_RESOURCES
    }

    assert wild == set()


def test_other_wildcards_end_a_name_of_ours(templates: dict[str, Template]) -> None:
    """Objects of one bucket; secrets of one module; our own state machines: never more."""
    others = [
        (module, resource)
        for module, statement in _allowed(templates)
        for resource in many(statement["Resource"])
        if resource != "*" and any("*" in text or "?" in text for text in strings(resource))
        if not _is_within_ours(module, resource, many(statement["Action"]))
    ]

    assert others == []


def test_no_two_functions_share_a_role(templates: dict[str, Template]) -> None:
    roles = [
        (module, text_of(function["Role"]))
        for module, template in templates.items()
        for function in template.functions.values()
    ]

    assert len(roles) == len(set(roles))


def test_a_function_writes_to_its_own_log_group_only(templates: dict[str, Template]) -> None:
    strangers = [
        (module, name)
        for module, template in templates.items()
        for name, function in template.functions.items()
        for statement in template.statements(function["Role"])
        if "logs:PutLogEvents" in many(statement["Action"])
        and references(statement["Resource"]) != references(function["LoggingConfig"]["LogGroup"])
    ]

    assert strangers == []


def _is_within_ours(module: str, resource: Any, actions: list[str]) -> bool:
    (wildcard,) = [text for text in strings(resource) if "*" in text or "?" in text]
    services = {action.partition(":")[0] for action in actions}
    if services == {"s3"}:
        return bool(references(resource)) and re.fullmatch(r"/[a-z0-9/-]*\*", wildcard) is not None
    if services == {"secretsmanager"}:
        return f":secret:/puhui/dev/{module}/" in wildcard
    if set(actions) <= CHILDREN:
        return re.search(r":execution:puhui-dev-[a-z-]+(/\*)?:\*$", wildcard) is not None
    return set(actions) <= ANSWERS and wildcard.endswith(":stateMachine:puhui-dev-*")


def _allowed(templates: dict[str, Template]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (module, statement)
        for module, template in templates.items()
        for policy in template.of_type("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
