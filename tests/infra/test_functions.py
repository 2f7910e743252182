"""Each function: its handler exists, its environment is its settings, callers use its alias."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import fields
from functools import cache
from typing import Any

from infra.config import ROOT
from infra.layers import LAYERS, X86_64
from puhui.identity.authorizer import AuthorizerSettings
from puhui.outbox import OutboxSettings
from puhui.settings import Settings
from tests.infra.templates import Template, references

COMMON = {"POWERTOOLS_SERVICE_NAME", "LOG_LEVEL", "BUSINESS_DATE"}
"""What every function gets, whether or not its settings ask for it."""
DEFINES_SETTINGS = re.compile(r"^class \w+\(Settings\):", re.MULTILINE)
SECONDS_OF_GATEWAY = 29
"""API Gateway gives up after 29 seconds; a function that takes longer works for nobody."""
X86_ONLY = {name for name, layer in LAYERS.items() if layer.architectures == (X86_64,)}
"""Layers whose packages have no build for arm64."""


def test_every_handler_exists_and_imports_without_an_environment(
    templates: dict[str, Template],
) -> None:
    missing = [
        (module, name)
        for module, template in templates.items()
        for name, function in template.functions.items()
        if not callable(_handler(function["Handler"]))
    ]

    assert missing == []


def test_a_functions_environment_is_exactly_its_settings(templates: dict[str, Template]) -> None:
    """Each variable belongs to settings that the function can read completely, and only those."""
    unread = {
        f"{module}/{name}": sorted(unreadable)
        for module, template in templates.items()
        for name, function in template.functions.items()
        if (unreadable := _unreadable(_own(function), _settings_of(module)))
    }

    assert unread == {}


def test_every_function_gets_the_common_environment(templates: dict[str, Template]) -> None:
    without = [
        (module, name)
        for module, template in templates.items()
        for name, function in template.functions.items()
        if not _own(function) >= COMMON
    ]

    assert without == []


def test_nobody_calls_a_function_past_its_alias(templates: dict[str, Template]) -> None:
    past = []
    for module, template in templates.items():
        functions = set(template.of_type("AWS::Lambda::Function"))
        for name, resource in template.resources.items():
            if resource["Type"] in {"AWS::Lambda::Version", "AWS::Lambda::Alias"}:
                continue
            if references(resource.get("Properties", {})) & functions:
                past.append((module, name))

    assert past == []


def test_every_alias_is_called_live(templates: dict[str, Template]) -> None:
    aliases = [
        alias["Name"]
        for template in templates.values()
        for alias in template.of_type("AWS::Lambda::Alias").values()
    ]

    assert set(aliases) == {"live"}
    assert len(aliases) == sum(len(template.functions) for template in templates.values())


def test_the_runtime_is_one_and_the_processor_follows_the_layers(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        for function in template.functions.values():
            x86 = any(name in one for name in X86_ONLY for one in references(function["Layers"]))

            assert function["Runtime"] == "python3.13"
            assert function["Architectures"] == ["x86_64" if x86 else "arm64"]


def test_a_function_behind_an_api_answers_before_the_gateway_gives_up(
    templates: dict[str, Template],
) -> None:
    slow = [
        (module, name)
        for module, template in templates.items()
        for name, function in template.functions.items()
        if function["Handler"].endswith("api.app") and function["Timeout"] > SECONDS_OF_GATEWAY
    ]

    assert slow == []


def test_every_function_has_its_two_alarms(templates: dict[str, Template]) -> None:
    for template in templates.values():
        alarms = template.of_type("AWS::CloudWatch::Alarm").values()
        for function in template.functions.values():
            watched = {
                alarm["MetricName"]: alarm["Threshold"]
                for alarm in alarms
                if {"Name": "FunctionName", "Value": function["FunctionName"]}
                in alarm["Dimensions"]
            }

            assert watched == {
                "Errors": 1,
                "Duration": function["Timeout"] * 800,
            }


def test_throttling_is_one_alarm_because_concurrency_is_one_quota_of_the_account(
    templates: dict[str, Template],
) -> None:
    found = [
        (module, alarm["Dimensions"])
        for module, template in templates.items()
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "Throttles"
    ]

    assert found == [("platform", [])]


def _own(function: dict[str, Any]) -> set[str]:
    return set(function["Environment"]["Variables"])


def _handler(path: str) -> Any:
    module, _, attribute = path.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def _unreadable(variables: set[str], settings: list[set[str]]) -> set[str]:
    complete = [fields for fields in settings if fields <= variables]
    return variables - COMMON - set().union(*complete)


@cache
def _settings_of(module: str) -> list[set[str]]:
    """The variables of each settings class that a module's functions may read."""
    classes: set[type[Settings]] = {OutboxSettings}
    if module == "platform":
        classes.add(AuthorizerSettings)
    for path in (ROOT / "functions" / module).rglob("*.py"):
        if DEFINES_SETTINGS.search(path.read_text(encoding="utf-8")):
            name = ".".join(path.relative_to(ROOT / "functions").with_suffix("").parts)
            classes |= {
                one
                for one in vars(importlib.import_module(name)).values()
                if inspect.isclass(one) and issubclass(one, Settings) and one is not Settings
            }
    return [{field.name.upper() for field in fields(one)} for one in classes]
