"""Each module deploys alone with the platform, and no module changes another's template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.config import NEEDS, PLATFORM, USES_IF_PRESENT
from tests.infra.conftest import MODULES, templates_of, with_partners
from tests.infra.templates import Template, text_of


@pytest.mark.parametrize("module", MODULES)
def test_a_module_synthesises_alone_with_the_platform(
    assemblies: dict[str, Path], module: str
) -> None:
    alone = templates_of(assemblies[module])

    assert set(alone) == {PLATFORM, module}


@pytest.mark.parametrize("module", [m for m in MODULES if m not in USES_IF_PRESENT])
def test_a_modules_template_is_the_same_with_and_without_the_others(
    assemblies: dict[str, Path], templates: dict[str, Template], module: str
) -> None:
    alone = templates_of(assemblies[module])[module]

    assert text_of(alone.body) == text_of(templates[module].body)


def test_the_platform_is_the_same_whatever_modules_are_deployed(
    assemblies: dict[str, Path], templates: dict[str, Template]
) -> None:
    texts = {text_of(templates_of(path)[PLATFORM].body) for path in assemblies.values()}

    assert texts == {text_of(templates[PLATFORM].body)}


@pytest.mark.parametrize("module", [m for m in USES_IF_PRESENT if m in MODULES])
def test_a_module_with_optional_partners_depends_on_no_others(
    assemblies: dict[str, Path], templates: dict[str, Template], module: str
) -> None:
    accompanied = templates_of(assemblies[with_partners(module)])[module]

    assert text_of(accompanied.body) == text_of(templates[module].body)


def test_a_stack_waits_for_the_platform_and_for_what_it_needs(
    assemblies: dict[str, Path],
) -> None:
    (stage,) = assemblies["all"].glob("assembly-*/manifest.json")
    artifacts = json.loads(stage.read_text(encoding="utf-8"))["artifacts"]
    stacks = {
        name: artifact["properties"]["stackName"].split("-", 2)[2]
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }

    waits = {
        module: {stacks[one] for one in artifacts[name].get("dependencies", []) if one in stacks}
        for name, module in stacks.items()
    }

    expected = {
        module: {PLATFORM, *NEEDS[module], *USES_IF_PRESENT.get(module, ())} & set(stacks.values())
        for module in stacks.values()
        if module != PLATFORM
    }
    assert waits == {PLATFORM: set(), **expected}
