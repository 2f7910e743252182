"""One environment: the platform and the selected modules, each a stack of its own."""

from __future__ import annotations

import importlib
from typing import Final

from aws_cdk import Stage
from constructs import Construct

from infra.config import NEEDS, PLATFORM, USES_IF_PRESENT, DeploymentConfig
from infra.names import stage_name
from infra.stacks.base import ModuleStack
from infra.stacks.platform import PlatformStack

STACKS: Final = "infra.stacks"


class PuhuiStage(Stage):
    """Puhui 普惠 in one environment."""

    def __init__(self, scope: Construct, config: DeploymentConfig) -> None:
        super().__init__(scope, stage_name(config.env))
        self.stacks: dict[str, ModuleStack] = {PLATFORM: PlatformStack(self, config=config)}
        for module in NEEDS:
            if module in config.modules:
                self._add(module, config)

    def _add(self, module: str, config: DeploymentConfig) -> None:
        """Add a module's stack after the stacks whose parameters it may read."""
        stack = _stack_class(module)(self, config=config)  # type: ignore[call-arg]
        for needed in (PLATFORM, *NEEDS[module], *sorted(USES_IF_PRESENT.get(module, ()))):
            if needed in self.stacks:
                stack.add_stack_dependency(self.stacks[needed])
        self.stacks[module] = stack


def _stack_class(module: str) -> type[ModuleStack]:
    """Find the stack of a module by name: `RiskStack` in `infra/stacks/risk.py`."""
    found: type[ModuleStack] = getattr(
        importlib.import_module(f"{STACKS}.{module}"), f"{module.capitalize()}Stack"
    )
    return found
