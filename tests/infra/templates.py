"""Reads synthesised templates as data: what is in them, and what refers to what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """One module's template."""

    module: str
    path: Path

    @cached_property
    def body(self) -> dict[str, Any]:
        """The whole template."""
        body: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return body

    @property
    def resources(self) -> dict[str, Resource]:
        """Every resource by logical id."""
        resources: dict[str, Resource] = self.body["Resources"]
        return resources

    def of_type(self, kind: str) -> dict[str, Resource]:
        """The properties of each resource of a type, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    @cached_property
    def functions(self) -> dict[str, Resource]:
        """The properties of each function, by its name without environment and module."""
        return {
            _short(properties["FunctionName"]): properties
            for properties in self.of_type("AWS::Lambda::Function").values()
        }

    def logical_id(self, kind: str, properties: Resource) -> str:
        """Find a resource's logical id by its properties."""
        return next(name for name, one in self.of_type(kind).items() if one is properties)

    def statements(self, role: Any) -> list[dict[str, Any]]:
        """The statements of every policy of a role, given as a reference to it."""
        role_id = role["Fn::GetAtt"][0]
        found: list[dict[str, Any]] = []
        for policy in self.of_type("AWS::IAM::Policy").values():
            if {"Ref": role_id} in policy["Roles"]:
                found += policy["PolicyDocument"]["Statement"]
        return found

    def actions(self, role: Any) -> list[str]:
        """Every action that a role is allowed, sorted; then those that it is denied somewhere."""
        allowed: set[str] = set()
        denied: set[str] = set()
        for statement in self.statements(role):
            (allowed if statement["Effect"] == "Allow" else denied).update(
                many(statement["Action"])
            )
        return [*sorted(allowed), *(f"never {action}" for action in sorted(denied))]


def many(value: Any) -> list[Any]:
    """See one value as a list, as IAM does."""
    return value if isinstance(value, list) else [value]


def strings(value: Any) -> Iterator[str]:
    """Walk every string of a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def text_of(value: Any) -> str:
    """Write a value canonically, to compare or to search it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def references(value: Any) -> set[str]:
    """Every logical id or parameter that a value refers to."""
    found: set[str] = set()
    if isinstance(value, dict):
        if "Ref" in value:
            found.add(value["Ref"])
        if "Fn::GetAtt" in value:
            found.add(value["Fn::GetAtt"][0])
        for one in value.values():
            found |= references(one)
    elif isinstance(value, list):
        for one in value:
            found |= references(one)
    return found


def _short(name: str) -> str:
    return name.split("-", 3)[3]
