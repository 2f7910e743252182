"""`puhui extdata` with a token: a steward and a risk manager each do their own part."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build
from infra.config import ROOT
from infra.local import running
from infra.local.cloud import LocalCloud
from infra.local.running import RunningCloud

pytestmark = pytest.mark.e2e

BANK = "four-eyes-bank"
EXAMPLES = ROOT / "docs" / "examples" / "extdata"


@pytest.fixture(autouse=True)
def _found(data_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands find this cloud as they find one of `puhui up`."""
    found = RunningCloud(data_cloud.describe(), data_cloud.state_dir)
    monkeypatch.setattr(running, "running_cloud", lambda: found)


def run(cloud: LocalCloud, role: str, *arguments: str, url: str = "") -> tuple[int, str]:
    """Run a command with the token of one person."""
    token = cloud.tokens.issue(role, BANK, subject=f"{role}-1")
    environment = {"PUHUI_TOKEN": token, "PUHUI_URL": url}
    done = CliRunner().invoke(build(), ["extdata", *arguments], env=environment)
    return done.exit_code, done.output


def test_two_people_bring_a_provider_into_use(data_cloud: LocalCloud) -> None:
    file = str(EXAMPLES / "sbx-utility.yaml")
    approve = ("api", "approve", "sbx-utility-usage", "--version", "1")

    steps = [
        run(data_cloud, "data_steward", "onboard", file),
        run(data_cloud, "data_steward", *approve),
        run(data_cloud, "risk_manager", *approve),
        run(data_cloud, "data_steward", "onboard", file),
        run(data_cloud, "risk_manager", "access", "set", str(EXAMPLES / "access.yaml")),
    ]

    assert [code for code, _ in steps] == [0, 2, 0, 0, 0]
    assert f"extdata {' '.join(approve)}" in steps[0][1]
    assert "policy.role" in steps[1][1]
    assert "sbx-utility-usage v1 已发布" in steps[3][1]


def test_on_call_looks_at_a_bank_by_its_address_and_a_token(data_cloud: LocalCloud) -> None:
    url = data_cloud.gateway_url

    shown = [
        run(data_cloud, "operator", "breakers", url=url),
        run(data_cloud, "operator", "limits", url=url),
        run(data_cloud, "auditor", "audit", "verify", "--day", "2026-11-02", url=url),
    ]

    assert [code for code, _ in shown] == [0, 0, 0]


def test_what_a_role_may_not_do_is_refused_by_the_api(data_cloud: LocalCloud) -> None:
    code, said = run(data_cloud, "operator", "audit", "verify", url=data_cloud.gateway_url)

    assert (code, "policy.role" in said) == (2, True)


def test_the_sandbox_is_not_behind_an_address(data_cloud: LocalCloud) -> None:
    code, said = run(
        data_cloud, "data_steward", "provider", "kit", "sbx-tax", url=data_cloud.gateway_url
    )

    assert (code, "no sandbox" in said) == (2, True)


def test_a_real_provider_comes_as_far_as_the_network(
    data_cloud: LocalCloud, tmp_path: Path
) -> None:
    file = str(EXAMPLES / "real-provider.yaml.example")
    key = tmp_path / "mac.key"
    key.write_bytes(bytes(32))
    put = ("provider", "key", "put", "example-tax", "mac", "--version", "v1", "--file", str(key))

    steps = [
        run(data_cloud, "data_steward", "provider", "register", file),
        run(data_cloud, "data_steward", *put),
        run(data_cloud, "data_steward", "onboard", file),
    ]

    assert [code for code, _ in steps] == [0, 0, 2]
    assert "saw provider.name" in steps[2][1]
