"""Whom `puhui extdata` speaks as: with a token one person, who never plays the second one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.demo import api as bank_api

URL = "https://bank.example"
TOKEN = "token-of-one-person"
FILE = """
provider: {provider_id: example-tax, name: 示例服务商, contract: {}, hosts: [api.example]}
connectors:
  - {connector_id: example-returns, product: tax/1, name: 申报, reason: 核对, spec: {}}
prices:
  - {connector_id: example-returns, basis: per_hit}
"""


class ScriptedApi:
    """One connector on its way; remembers who asked for what."""

    def __init__(self, stage: str = "demand") -> None:
        self.stage = stage
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.host = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        self.tokens.add(request.headers["Authorization"])
        self.host = f"{request.url.scheme}://{request.url.host}"
        if request.url.path == "/extdata/access" and request.method == "GET":
            nothing: dict[str, Any] = {"permissions": [], "caller_limits": {}, "product_limits": {}}
            return httpx.Response(200, json={"version": 0, **nothing})
        if request.url.path == "/extdata/access":
            error = {"code": "forbidden", "message": "not this role", "rule": "policy.role"}
            return httpx.Response(403, json={"error": error})
        last = request.url.path.rpartition("/")[2]
        self.stage = {"test": "tested", "publication": "published"}.get(last, self.stage)
        return httpx.Response(200, json=self._connector())

    def _connector(self) -> dict[str, Any]:
        named = {"connector_id": "example-returns", "version": 3, "stage": self.stage}
        return {
            **named,
            "stage_name": self.stage,
            "test": {"failures": [], "waiting": 0},
            "items": [],
        }


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> ScriptedApi:
    """The bank's API behind whatever address the command names."""
    scripted = ScriptedApi()

    def client(base_url: str) -> httpx.Client:
        return httpx.Client(base_url=base_url, transport=httpx.MockTransport(scripted))

    monkeypatch.setattr(bank_api, "shared_client", client)
    return scripted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "example.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "access.yaml").write_text("permissions: []", encoding="utf-8")
    return tmp_path


def run(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run with an address and a token from the environment, as on call."""
    environment = {"PUHUI_URL": URL, "PUHUI_TOKEN": TOKEN} if env is None else env
    found = CliRunner().invoke(build(), ["extdata", *arguments], env=environment)
    return found.exit_code, found.output


def test_the_address_and_the_token_are_those_of_the_environment(api: ScriptedApi) -> None:
    code, _ = run("breakers")

    assert (code, api.host, api.tokens) == (0, URL, {f"Bearer {TOKEN}"})


def test_options_go_before_the_environment(api: ScriptedApi) -> None:
    run("--url", "https://other.example", "--token", "mine", "limits")

    assert (api.host, api.tokens) == ("https://other.example", {"Bearer mine"})


def test_an_address_without_a_token_asks_nothing(api: ScriptedApi) -> None:
    code, said = run("limits", env={"PUHUI_URL": URL, "PUHUI_TOKEN": ""})

    assert (code, "PUHUI_TOKEN is missing" in said, api.asked) == (2, True, [])


def test_one_person_demands_and_tests_and_says_who_goes_on(api: ScriptedApi, folder: Path) -> None:
    code, said = run("onboard", str(folder / "example.yaml"))

    assert code == 0
    assert "extdata api approve example-returns --version 3" in said
    assert not [one for one in api.asked if one.endswith(("/approval", "/publication"))]


def test_the_same_command_publishes_what_another_person_approved(
    api: ScriptedApi, folder: Path
) -> None:
    api.stage = "approved"

    code, said = run("onboard", str(folder / "example.yaml"))

    assert (code, "example-returns v3 published" in said, "approve" in said) == (0, True, False)


def test_permissions_that_a_person_may_not_set_are_left_to_who_may(
    api: ScriptedApi, folder: Path
) -> None:
    code, said = run("init", str(folder))

    assert (code, f"extdata access set {folder / 'access.yaml'}" in said) == (0, True)


def test_setting_permissions_without_the_role_is_refused_in_the_words_of_the_api(
    api: ScriptedApi, folder: Path
) -> None:
    code, said = run("access", "set", str(folder / "access.yaml"))

    assert (code, "not this role (policy.role)" in said) == (2, True)


@pytest.mark.parametrize("arguments", [("provider", "kit", "sbx-tax"), ("onboard", "FILE")])
def test_a_deployed_bank_has_no_sandbox(
    api: ScriptedApi, folder: Path, arguments: tuple[str, ...]
) -> None:
    simulated = folder / "simulated.yaml"
    simulated.write_text(FILE.replace("hosts:", "sandbox: true, hosts:"), encoding="utf-8")

    code, said = run(*(str(simulated) if one == "FILE" else one for one in arguments))

    assert (code, "only this machine's `puhui up` has one" in said) == (2, True)
