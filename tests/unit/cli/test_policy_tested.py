"""`puhui risk policy tested` tells the life cycle of a report, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from infra.demo import api as bank_api
from tests.support.policy_backtest import OLD, answered, app


class ScriptedDesk:
    """A bank that keeps one checked version, and remembers which report it was told."""

    def __init__(self, sha256: str) -> None:
        self.version = {"policy_id": OLD.id, "version": "test-1", "sha256": sha256}
        self.told: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": [self.version], "shadow": None})
        self.told.append(json.loads(request.content))
        return httpx.Response(200, json=self.version | {"stage_name": "已回测"})


def tell(
    monkeypatch: pytest.MonkeyPatch, desk: ScriptedDesk, report: Path, version: str = "test-1"
) -> Any:
    def client(base_url: str) -> httpx.Client:
        return httpx.Client(base_url=base_url, transport=httpx.MockTransport(desk))

    monkeypatch.setattr(bank_api, "shared_client", client)
    arguments = ["risk", "policy", "tested", OLD.id, version, "--report", str(report)]
    environment = {"PUHUI_URL": "https://bank.example", "PUHUI_TOKEN": "mine"}
    return CliRunner().invoke(app(), arguments, env=environment)


@pytest.fixture
def written(tmp_path: Path, policy: Path, people: Path) -> tuple[Path, Any]:
    """A report in a file, and what it says."""
    report = answered(policy, people)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    return path, report


def test_the_life_cycle_takes_the_report_by_its_own_hash(
    written: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, report = written
    desk = ScriptedDesk(report["policies"]["new"]["sha256"])

    result = tell(monkeypatch, desk, path)

    assert result.exit_code == 0, result.output
    assert desk.told == [{"report_sha256": report["report_sha256"]}]


@pytest.mark.parametrize(
    ("changes", "version", "kept", "rule"),
    [
        ({"as_of": "2020-01-01"}, "test-1", True, "report.sha256"),
        ({}, "test-2", True, "report.policy"),
        ({}, "test-1", False, "report.policy"),
    ],
)
def test_a_report_of_something_else_is_not_told(
    written: tuple[Path, Any],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    version: str,
    kept: bool,
    rule: str,
) -> None:
    path, report = written
    path.write_text(json.dumps(report | changes), encoding="utf-8")
    desk = ScriptedDesk(report["policies"]["new"]["sha256"] if kept else "0" * 64)

    result = tell(monkeypatch, desk, path, version)

    assert (result.exit_code, rule in result.stderr, desk.told) == (2, True, [])


def test_what_is_no_report_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text("no json", encoding="utf-8")
    desk = ScriptedDesk("0" * 64)

    result = tell(monkeypatch, desk, path)

    assert (result.exit_code, "report.json" in result.stderr, desk.told) == (2, True, [])
