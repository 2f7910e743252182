"""Early warning in the templates: the sweeper, its alarm, and whom servicing may call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.stacks.base import ABSENT
from tests.infra.conftest import templates_of, with_partners
from tests.infra.templates import Template, many, references

SWEEPER = "sweep-warning-clocks"
OTHERS = ("ANSWER_MODEL_ARN",)


def environment(template: Template, function: str) -> dict[str, Any]:
    found: dict[str, Any] = template.functions[function]["Environment"]["Variables"]
    return found


def invoked(template: Template, function: str) -> list[Any]:
    return [
        resource
        for statement in template.statements(template.functions[function]["Role"])
        if "lambda:InvokeFunction" in many(statement["Action"])
        for resource in many(statement["Resource"])
    ]


def test_the_sweeper_comes_every_five_minutes_and_a_lost_start_is_kept(
    templates: dict[str, Template],
) -> None:
    servicing = templates["servicing"]
    (rule,) = [
        one
        for one in servicing.of_type("AWS::Events::Rule").values()
        if one["Name"].endswith("sweep-warnings")
    ]
    (target,) = rule["Targets"]
    (alias,) = references(target["Arn"])

    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert servicing.resources[alias]["Type"] == "AWS::Lambda::Alias"
    sweeper = servicing.logical_id("AWS::Lambda::Function", servicing.functions[SWEEPER])
    assert sweeper in references(servicing.resources[alias]["Properties"]["FunctionName"])
    assert "DeadLetterConfig" in target


def test_a_breach_has_an_alarm(templates: dict[str, Template]) -> None:
    alarms = templates["servicing"].of_type("AWS::CloudWatch::Alarm").values()
    (breach,) = [one for one in alarms if one["MetricName"] == "WarningSlaBreached"]

    assert (breach["Namespace"], breach["Threshold"]) == ("Puhui", 1)
    assert breach["Dimensions"] == [{"Name": "service", "Value": "servicing"}]
    assert breach["AlarmActions"]


def test_clocks_are_found_by_an_index(templates: dict[str, Template]) -> None:
    (table,) = templates["servicing"].of_type("AWS::DynamoDB::Table").values()
    indexes = {
        one["IndexName"]: [key["AttributeName"] for key in one["KeySchema"]]
        for one in table["GlobalSecondaryIndexes"]
    }

    assert indexes["by_work"] == ["gsi4pk", "gsi4sk"]


def test_the_sweeper_reaches_the_table_and_nothing_else(templates: dict[str, Template]) -> None:
    servicing = templates["servicing"]

    assert invoked(servicing, SWEEPER) == []
    assert set(environment(servicing, SWEEPER)) & set(OTHERS) == set()


def test_servicing_alone_asks_no_model_and_says_that_risk_is_absent(
    assemblies: dict[str, Path],
) -> None:
    alone = templates_of(assemblies["servicing"])["servicing"]

    assert {environment(alone, "api")[name] for name in OTHERS} == {ABSENT}
    assert invoked(alone, "api") == []


def test_with_its_partners_servicing_may_call_what_it_names(assemblies: dict[str, Path]) -> None:
    partnered = templates_of(assemblies[with_partners("servicing")])["servicing"]

    told = [environment(partnered, "api")[name] for name in OTHERS]
    assert invoked(partnered, "api") == told
    assert ABSENT not in told
