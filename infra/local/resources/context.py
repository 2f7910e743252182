"""What a creator may use: clients, the account, what is deployed so far, and the options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.assembly import StackTemplate
from infra.local.deployed import Deployed
from infra.local.intrinsics import Account

Definition = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeploymentOptions:
    """Where a local deployment differs from the template, on purpose."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    """SSM values that replace the template's: business date, OIDC issuers, URLs."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Secret values by name; others are generated as the template asks."""
    substitutions: Mapping[str, str] = field(default_factory=dict)
    """State-machine placeholders that replace the template's: shorter deadlines in tests."""
    definition: Callable[[str, Definition], Definition] | None = None
    """Changes a state machine's definition before it is created; tests shorten timeouts."""
    environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Variables that replace a function's own, by the end of the function's name."""


@dataclass
class Context:
    """The running deployment of one assembly."""

    account: Account
    client: Callable[[str], Any]
    options: DeploymentOptions
    deployed: Deployed = field(default_factory=Deployed)
    pending_notifications: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """Bucket notifications, set once their queues exist."""


@dataclass(frozen=True)
class Wanted:
    """One resource to create, its properties resolved."""

    stack: StackTemplate
    logical_id: str
    type: str
    properties: Mapping[str, Any]

    def name(self, property_name: str, *, limit: int = 64) -> str:
        """The physical name: the template's, or one made of stack and logical id."""
        given = self.properties.get(property_name)
        return str(given) if given else f"{self.stack.name}-{self.logical_id}"[:limit]
