"""Reads a synthesised cloud assembly: its stacks, in deployment order, and their assets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local.errors import LocalCloudError

SSM_TYPE = "AWS::SSM::Parameter::Value<"
SSM_REFERENCE = re.compile(r"\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}")
BOOTSTRAP_PARAMETER = "BootstrapVersion"


@dataclass(frozen=True)
class StackTemplate:
    """One stack: its template and where the files of its assets are."""

    name: str
    template: Mapping[str, Any]
    assets: Mapping[str, Path] = field(default_factory=dict)
    """Content hash → folder or file."""

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Logical id → resource."""
        found: Mapping[str, Mapping[str, Any]] = self.template.get("Resources", {})
        return found

    @cached_property
    def parameters_read(self) -> frozenset[str]:
        """Names of the SSM parameters that must exist before this stack is deployed."""
        declared = self.template.get("Parameters", {})
        typed = {
            str(parameter["Default"])
            for name, parameter in declared.items()
            if str(parameter["Type"]).startswith(SSM_TYPE) and name != BOOTSTRAP_PARAMETER
        }
        return frozenset(typed | set(SSM_REFERENCE.findall(json.dumps(self.template))))

    @cached_property
    def parameters_made(self) -> frozenset[str]:
        """Names of the SSM parameters that this stack publishes."""
        return frozenset(
            str(resource["Properties"]["Name"])
            for resource in self.resources.values()
            if resource["Type"] == "AWS::SSM::Parameter"
        )


@dataclass(frozen=True)
class Assembly:
    """Every stack of an assembly, nested stages included, in an order that can be deployed."""

    folder: Path
    stacks: Sequence[StackTemplate]

    @classmethod
    def load(cls, folder: Path) -> Assembly:
        """Read `cdk.out` or a cached assembly."""
        folder = folder.resolve()
        if not (folder / "manifest.json").is_file():
            raise LocalCloudError(f"{folder} holds no cloud assembly: run `make synth` first")
        return cls(folder, in_order(list(_stacks(folder))))


def _stacks(folder: Path) -> Iterator[StackTemplate]:
    artifacts = json.loads((folder / "manifest.json").read_text("utf-8")).get("artifacts", {})
    for identifier, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from _stacks(folder / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            template = folder / properties["templateFile"]
            yield StackTemplate(
                name=properties.get("stackName", identifier),
                template=json.loads(template.read_text("utf-8")),
                assets=_assets(template),
            )


def _assets(template: Path) -> dict[str, Path]:
    listing = template.with_name(template.name.replace(".template.json", ".assets.json"))
    if not listing.is_file():
        return {}
    files = json.loads(listing.read_text("utf-8")).get("files", {})
    return {
        identifier: (template.parent / entry["source"]["path"]).resolve()
        for identifier, entry in files.items()
        if "path" in entry.get("source", {})
    }


def in_order(stacks: Sequence[StackTemplate]) -> list[StackTemplate]:
    """Sort stacks so that each comes after the publishers of the SSM parameters it reads."""
    publisher = {name: stack.name for stack in stacks for name in stack.parameters_made}
    needs = {
        stack.name: {publisher[p] for p in stack.parameters_read if p in publisher} - {stack.name}
        for stack in stacks
    }
    by_name = {stack.name: stack for stack in stacks}
    ordered: list[StackTemplate] = []
    while needs:
        ready = sorted(name for name, missing in needs.items() if not missing & needs.keys())
        if not ready:
            raise LocalCloudError(f"stacks need each other in a circle: {', '.join(sorted(needs))}")
        for name in ready:
            ordered.append(by_name[name])
            del needs[name]
    return ordered
