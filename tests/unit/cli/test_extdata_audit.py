"""`puhui extdata audit verify` walks the days that were asked for, and fails when one is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from infra.cli import extdata_audit

BROKEN_DAY = "2026-11-01"


class Auditor:
    """An auditor whose bank has one broken day, and one query that was never finished."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if path.endswith("/open"):
            begun = {"query_id": "qry-1", "product": "tax/1", "caller": "factory"}
            begun |= {"request_id": "app-1-1-tax-1", "asked_at": "2026-11-02T04:00:00Z"}
            return {"items": [begun]}
        day = path.rpartition("/")[2]
        faults = ["2026-11-01/0 #3: was changed"] if day == BROKEN_DAY else []
        return {
            "day": day,
            "verified": not faults,
            "records": 9,
            "sealed": 5,
            "waiting": 0,
            "faults": faults,
        }


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[Any, list[str]]:
    """Run the command at the auditor's desk; the result and what was asked."""
    auditor = Auditor()

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(auditor=auditor, today=date(2026, 11, 2))

    monkeypatch.setattr(extdata_audit, "desk_of", desk_of)
    app = typer.Typer()
    app.callback()(lambda: None)
    extdata_audit.register_audit(app)
    return CliRunner().invoke(app, ["audit", "verify", *arguments]), auditor.asked


def test_today_is_verified_when_no_day_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    result, asked = run(monkeypatch)

    assert asked == ["/extdata/audit/2026-11-02", "/extdata/audit/2026-11-02/open"]
    assert "2026-11-02: verified 核验通过, 9 records chained, 5 sealed, 0 waiting" in result.output
    assert result.exit_code == 0


def test_a_query_that_was_never_finished_is_named_with_its_request_id_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result, _ = run(monkeypatch)

    assert "qry-1 tax/1 by factory" in result.output
    assert "request id app-1-1-tax-1" in result.output
    assert result.exit_code == 0


def test_one_broken_day_of_several_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    result, asked = run(monkeypatch, "--from", "2026-10-31")

    days = [path.rpartition("/")[2] for path in asked if not path.endswith("/open")]
    assert days == ["2026-10-31", "2026-11-01", "2026-11-02"]
    assert "2026-11-01/0 #3: was changed" in result.output
    assert result.exit_code == 1


def test_scripts_read_every_day_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _ = run(monkeypatch, "--from", BROKEN_DAY, "--to", BROKEN_DAY, "--json")

    (shown,) = json.loads(result.output)
    assert (shown["day"], shown["verified"], shown["open"][0]["query_id"]) == (
        BROKEN_DAY,
        False,
        "qry-1",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--day", "2026-11-02", "--from", "2026-11-01"),
        ("--from", "2026-11-03"),
        ("--from", "2020-01-01"),
        ("--day", "2026-02-30"),
    ],
)
def test_days_that_are_none_are_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    result, asked = run(monkeypatch, *arguments)

    assert (result.exit_code != 0, asked) == (True, [])
