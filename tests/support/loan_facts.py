"""What a decision was told about its facts, and who tells it: the simulated data providers.

decided = Decided(walk)                      # before the application comes in
onboard(walk, "sbx-invoice", "sbx-court")    # the example providers, and routes to them
plan_fault(walk, "sbx-court", "error")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from infra.cli.extdata_file import read_provider_file, read_routes_file
from infra.cli.extdata_setup import Onboarding
from infra.config import ROOT
from infra.local.faults import Fault
from tests.support.loan_walk import LoanWalk

EXAMPLES = ROOT / "docs" / "examples" / "extdata"


class Decided:
    """Keeps the facts that came before the decision."""

    def __init__(self, walk: LoanWalk) -> None:
        """Look at the next decision's question; the engine itself answers it."""
        self.facts: list[dict[str, Any]] = []
        walk.cloud.faults.on_function("risk-decide", Fault(), when=self._look)

    def _look(self, payload: Any) -> bool:
        self.facts = payload["facts"]
        return False

    @property
    def states(self) -> list[tuple[str, str]]:
        """Product and state of each fact, in the order in which they came."""
        return [(fact["product"], fact["state"]) for fact in self.facts]


@dataclass(frozen=True)
class Person:
    """The bank's API with one person's token, as the demonstration's `BankApi`."""

    walk: LoanWalk
    token: str

    def get(self, path: str) -> dict[str, Any]:
        return self.walk.call("GET", path, self.token)

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return self.walk.call("POST", path, self.token, body)

    def put(self, path: str, body: Any) -> dict[str, Any]:
        return self.walk.call("PUT", path, self.token, body)


def onboard(walk: LoanWalk, *providers: str, routes: Mapping[str, Any] | None = None) -> None:
    """Bring example providers into use, with the routes that need no others."""
    steward: Any = Person(walk, walk.token("data_steward", subject="steward"))
    checker: Any = Person(walk, walk.token("risk_manager", subject="checker"))
    onboarding = Onboarding(steward, checker, walk.cloud.providers_url, wait=walk.cloud.deliver_all)
    for provider in providers:
        onboarding.file(read_provider_file(EXAMPLES / f"{provider}.yaml"))
    onboarding.access(EXAMPLES / "access.yaml")
    for product, table in read_routes_file(EXAMPLES / "routes.yaml"):
        known = [one for one in table["routes"] if one["provider_id"] in providers]
        if known:
            body = {**table, "routes": known, **(routes or {})}
            steward.put(f"/extdata/route-tables/{product}", body)
    walk.cloud.settle()


def plan_fault(walk: LoanWalk, provider: str, kind: str, times: int = 10) -> None:
    """Let a simulated provider misbehave."""
    body = {"provider_id": provider, "kind": kind, "times": times}
    httpx.post(f"{walk.cloud.providers_url}/faults", json=body).raise_for_status()


def forget_faults(walk: LoanWalk) -> None:
    """Let every simulated provider behave again."""
    httpx.delete(f"{walk.cloud.providers_url}/faults").raise_for_status()
