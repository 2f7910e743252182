"""`puhui extdata api list` shows a steward how every version stands, each on one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import extdata

APPROVER = "risk_manager-demo-bank"


def a_version(**changes: Any) -> dict[str, Any]:
    return {
        "connector_id": "sbx-multilender-apply",
        "version": 1,
        "provider_id": "sbx-multilender",
        "product": "social_security/1",
        "stage_name": "已发布",
        "published_at": "2026-11-02T20:00:00.000Z",
        "approved_by": APPROVER,
    } | changes


def listed(monkeypatch: pytest.MonkeyPatch, *items: dict[str, Any]) -> list[str]:
    """The lines of the list on a narrow screen."""
    steward = SimpleNamespace(get=lambda path: {"items": list(items)})

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(steward=steward)

    monkeypatch.setattr(extdata, "desk_of", desk_of)
    result = CliRunner().invoke(extdata.extdata, ["api", "list"], env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return list(result.output.splitlines())


def test_provider_stage_day_in_china_and_approver_stand_on_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, line = listed(monkeypatch, a_version())

    for part in ("sbx-multilender-apply", "sbx-multilender ", "已发布", "2026-11-03", APPROVER):
        assert part in line


def test_a_version_whose_test_failed_is_told_from_one_never_tested(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = a_version(stage_name="需求登记", published_at=None, approved_by=None)

    _, first, second = listed(monkeypatch, never, never | {"stage_name": "联调未过 1/2"})

    assert ("需求登记" in first, "联调未过 1/2" in second) == (True, True)
