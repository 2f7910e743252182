"""One synthesis for the whole session, found again while the sources do not change."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.config import existing_modules
from infra.synth import synthesise_all, template_paths
from tests.infra.templates import Template

MODULES = sorted(existing_modules())


@pytest.fixture(scope="session")
def assemblies() -> dict[str, Path]:
    """The whole app, and each module alone with the platform."""
    made = synthesise_all([None, *([module] for module in MODULES)])
    return dict(zip(["all", *MODULES], made, strict=True))


@pytest.fixture(scope="session")
def templates(assemblies: dict[str, Path]) -> dict[str, Template]:
    """Each module's template in the whole app."""
    return templates_of(assemblies["all"])


def templates_of(assembly: Path) -> dict[str, Template]:
    """Each module's template in an assembly."""
    return {module: Template(module, path) for module, path in template_paths(assembly).items()}
