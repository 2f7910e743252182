"""Finds the local cloud that another process of this machine is serving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local.clients import Clients
from infra.local.errors import NotRunning
from infra.local.overrides import CREDENTIALS, STATE_DIR
from infra.local.state_files import newest
from infra.local.tokens import TokenIssuer


@dataclass(frozen=True)
class RunningCloud:
    """Another process' local cloud, reached through its addresses only."""

    description: Mapping[str, Any]
    state_dir: Path

    @cached_property
    def client(self) -> Clients:
        """boto3 clients by service name."""
        endpoint, region = self.description["endpoint"], self.description["region"]
        return Clients(endpoint, region, CREDENTIALS)

    @property
    def gateway_url(self) -> str:
        """Where its APIs are."""
        return str(self.description["gateway_url"])

    @property
    def tokens(self) -> TokenIssuer:
        """Its token issuer; the key is in the shared state directory."""
        return TokenIssuer.at(self.state_dir, f"{self.gateway_url}/oidc")

    @property
    def state_machines(self) -> Mapping[str, str]:
        """Name → ARN."""
        found: Mapping[str, str] = self.description["state_machines"]
        return found


def description_of(state_dir: Path = STATE_DIR) -> dict[str, Any] | None:
    """What the running cloud says of itself, or None when none runs."""
    return newest(state_dir)


def running_cloud(state_dir: Path = STATE_DIR) -> RunningCloud:
    """The running cloud; an error that says how to start one otherwise."""
    description = description_of(state_dir)
    if description is None:
        raise NotRunning("no local cloud is running: start one with `puhui up`")
    return RunningCloud(description, state_dir)
