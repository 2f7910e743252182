"""One synthesis for the whole session, found again while the sources do not change."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.config import USES_IF_PRESENT, existing_modules
from infra.synth import synthesise_all, template_paths
from tests.infra.templates import Template

MODULES = sorted(existing_modules())


@pytest.fixture(scope="session")
def assemblies() -> dict[str, Path]:
    """The whole app; each module alone with the platform; some with their optional partners.

    All are made of one state of the sources, so that they can be compared.
    """
    selections: dict[str, list[str] | None] = {"all": None}
    selections |= {module: [module] for module in MODULES}
    selections |= {
        with_partners(module): [module, *sorted(USES_IF_PRESENT[module] & set(MODULES))]
        for module in USES_IF_PRESENT.keys() & set(MODULES)
    }
    made = synthesise_all(list(selections.values()))
    return dict(zip(selections, made, strict=True))


def with_partners(module: str) -> str:
    """Name the assembly of a module with those that it uses if they are present."""
    return f"{module} with partners"


@pytest.fixture(scope="session")
def templates(assemblies: dict[str, Path]) -> dict[str, Template]:
    """Each module's template in the whole app."""
    return templates_of(assemblies["all"])


def templates_of(assembly: Path) -> dict[str, Template]:
    """Each module's template in an assembly."""
    return {module: Template(module, path) for module, path in template_paths(assembly).items()}
