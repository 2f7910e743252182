"""Sends the files of external data over its API, each step as the person whose step it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.cli.console import COMMAND
from infra.cli.extdata_file import (
    ACCESS_FILE,
    ROUTES_FILE,
    ProviderFile,
    provider_files,
    read_access_file,
    read_provider_file,
    read_routes_file,
)
from infra.demo.api import ApiRefused, BankApi

KIT_TIMEOUT_SECONDS = 10.0
NOT_FOUND = 404
DELIVERY_SECONDS = 20.0
"""A simulated provider delivers within a second; a real one has a test environment that does."""
DELIVERY_PAUSE_SECONDS = 0.2
TESTED = "tested"
ROLE_RULE = "policy.role"


class NotOnboarded(Exception):
    """A connector did not come through; the message says at which step and why."""


@dataclass(frozen=True)
class Onboarding:
    """Registers as the data steward, approves as the risk manager: four eyes also in a demo.

    With a token there is one person only: what needs the other one is said, not done.
    """

    steward: BankApi
    checker: BankApi
    providers_url: str | None
    """Where the sandbox hands out its onboarding kits; None without a sandbox."""
    say: Callable[[str], None] = lambda line: None
    wait: Callable[[], object] = lambda: time.sleep(DELIVERY_PAUSE_SECONDS)
    """What to do while a test waits for a delivery."""
    alone: bool = False
    """Steward and checker are the same person, who may not approve what they demanded."""

    def folder(self, folder: Path) -> None:
        """Everything in a folder: providers, then access and the routes to them."""
        for path in provider_files(folder):
            self.file(read_provider_file(path))
        if (folder / ACCESS_FILE).is_file():
            self._access_of_folder(folder / ACCESS_FILE)
        if (folder / ROUTES_FILE).is_file():
            self.routes(folder / ROUTES_FILE)

    def file(self, file: ProviderFile) -> None:
        """One provider from registration to published connectors with prices."""
        self.register(file)
        if file.provider.get("sandbox"):
            self.sandbox_keys(file)
        made = [self.connector(body) for body in self.demands(file)]
        for price in file.prices:
            self.price(price)
        stages = ", ".join(f"{_named(one)} {one['stage_name']}" for one in made)
        self.say(f"{file.provider_id}: {file.provider.get('name')} · {stages}")
        self._ask_for_approval(one for one in made if one["stage"] == TESTED)

    def register(self, file: ProviderFile) -> dict[str, Any]:
        """The provider itself."""
        return self.steward.put(f"/extdata/providers/{file.provider_id}", dict(file.provider))

    def sandbox_keys(self, file: ProviderFile) -> None:
        """What a provider gives the bank on paper, the sandbox hands out as a kit."""
        kit = self.kit(file.provider_id)["keys"]
        for name in file.key_names:
            if name not in kit:
                raise NotOnboarded(f"{file.provider_id}: the kit has no key {name}")
            self.steward.put(
                f"/extdata/providers/{file.provider_id}/keys/{name}",
                {"version": kit[name]["version"], "material": kit[name]["material"]},
            )

    def demands(self, file: ProviderFile) -> list[dict[str, Any]]:
        """The connectors' bodies; whom a simulated provider knows, its kit says."""
        if not file.provider.get("sandbox"):
            return list(file.demands())
        subjects = self.kit(file.provider_id)["test_subjects"]
        return [_about(subjects, body) for body in file.demands()]

    def connector(self, body: dict[str, Any]) -> dict[str, Any]:
        """Demand, test, approval by the second person, publication; answers how far it came."""
        made = self.steward.post("/extdata/connectors", body)
        path = f"/extdata/connectors/{made['connector_id']}/versions/{made['version']}"
        if made["stage"] == "demand":
            made = self.tried(path)
            if made["stage"] != TESTED:
                findings = "; ".join(made["test"]["failures"])
                raise NotOnboarded(f"{made['connector_id']}: 联调未通过, test failed: {findings}")
        if made["stage"] == TESTED and not self.alone:
            made = self.checker.post(f"{path}/approval")
        if made["stage"] == "approved":
            made = self.steward.post(f"{path}/publication")
        return made

    def tried(self, path: str) -> dict[str, Any]:
        """The version once its test has run and has all that the provider delivers later."""
        made = self.steward.post(f"{path}/test")
        deadline = time.monotonic() + DELIVERY_SECONDS
        while made["test"]["waiting"]:
            if time.monotonic() > deadline:
                raise NotOnboarded(
                    f"{made['connector_id']}: 联调未完成, {made['test']['waiting']} of the test's "
                    f"deliveries did not come within {DELIVERY_SECONDS:.0f} s"
                )
            self.wait()
            made = dict(self.steward.get(path))
        return made

    def kit(self, provider_id: str) -> dict[str, Any]:
        """What a simulated provider hands out: keys, and subjects for tests."""
        if self.providers_url is None:
            raise NotOnboarded(
                f"{provider_id}: no sandbox 没有沙箱: only this machine's `puhui up` has one"
            )
        address = f"{self.providers_url}/onboarding/{provider_id}"
        answer = httpx.get(address, timeout=KIT_TIMEOUT_SECONDS)
        if answer.status_code == NOT_FOUND:
            raise NotOnboarded(f"{provider_id}: the sandbox knows no such provider")
        kit: dict[str, Any] = answer.raise_for_status().json()
        return kit

    def price(self, body: Any) -> dict[str, Any]:
        """One price."""
        return self.steward.post("/extdata/prices", dict(body))

    def access(self, path: Path) -> dict[str, Any]:
        """Permissions and limits; the risk manager decides about them."""
        return self.checker.put("/extdata/access", read_access_file(path))

    def _access_of_folder(self, path: Path) -> None:
        """Set it, or say who may: a data steward alone does not decide about permissions."""
        try:
            self.access(path)
        except ApiRefused as refused:
            if not self.alone or refused.error.get("rule") != ROLE_RULE:
                raise
            self.say(f"{path.name}: 待风险经理设置, the risk manager sets it:")
            self.say(f"  {COMMAND} extdata access set {path}")

    def _ask_for_approval(self, tested: Iterable[dict[str, Any]]) -> None:
        """The steps that remain where one person may not do them all."""
        waiting = list(tested)
        if not waiting:
            return
        self.say("  待另一人审批, another person (risk_manager) approves with their own token:")
        for one in waiting:
            self.say(
                f"  {COMMAND} extdata api approve {one['connector_id']} --version {one['version']}"
            )
        self.say("  then repeat this command: it publishes 审批后重复本命令即发布")

    def routes(self, path: Path) -> dict[str, int]:
        """Every route table; answers each product's version in force."""
        return {
            product: int(self.steward.put(f"/extdata/route-tables/{product}", table)["version"])
            for product, table in read_routes_file(path)
        }


def ask_until_answered(
    api: BankApi, body: dict[str, Any], *, wait_seconds: float = 20.0, pause: float = 0.5
) -> Iterator[dict[str, Any]]:
    """Ask, and again under the same request id while it is pending; each state comes once."""
    deadline = time.monotonic() + wait_seconds
    before: dict[str, Any] | None = None
    while True:
        answer = api.post("/extdata/queries", body)
        if answer != before:
            yield answer
        before = answer
        if answer["status"] != "pending" or time.monotonic() > deadline:
            return
        time.sleep(pause)


def _named(one: dict[str, Any]) -> str:
    return f"{one['connector_id']} v{one['version']}"


def _about(subjects: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Write out whom the cases mean by `known` and `unknown`."""
    cases = [dict(case) for case in body.get("test_cases", ())]
    for case in cases:
        found = subjects.get(case["subject"]) if isinstance(case["subject"], str) else None
        if found is not None:
            case["subject"] = {name: value for name, value in found.items() if value is not None}
    return {**body, "test_cases": cases}


__all__ = ["ApiRefused", "NotOnboarded", "Onboarding", "ask_until_answered"]
