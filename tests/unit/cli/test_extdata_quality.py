"""`puhui extdata quality` shows what the API measured, and says when nothing was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from infra.cli import extdata_quality

MEASURED = {
    "on": "2026-11-02",
    "items": [
        {
            "provider_id": "sbx-tax",
            "connector_id": "sbx-tax-returns",
            "calls": 4,
            "availability_ppm": 750_000,
            "hit_ppm": None,
            "p50_ms": 12,
            "p95_ms": 30,
            "p99_ms": None,
            "fields": [
                {
                    "field": "returns.sales_fen",
                    "documents": 3,
                    "null_ppm": 125_000,
                    "psi_millionths": 312_345,
                    "drift_name": "显著漂移",
                }
            ],
        }
    ],
}


class Steward:
    """A steward whose API answers what was planned."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(("GET", path))
        return self.answer

    def post(self, path: str) -> dict[str, Any]:
        self.asked.append(("POST", path))
        return self.answer


def run(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any], *arguments: str, code: int = 0
) -> tuple[str, list[tuple[str, str]]]:
    """Run the command at a desk of a steward only."""
    steward = Steward(answer)

    @contextmanager
    def desk_of(bank: str) -> Iterator[Any]:
        yield SimpleNamespace(steward=steward, today=date(2026, 11, 2))

    monkeypatch.setattr(extdata_quality, "desk_of", desk_of)
    app = typer.Typer()
    extdata_quality.register_quality(app)
    app.callback()(lambda: None)
    result = CliRunner().invoke(app, ["quality", *arguments], env={"COLUMNS": "140"})
    assert result.exit_code == code, result.output
    return result.output, steward.asked


def test_shares_and_drift_are_written_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    said, asked = run(monkeypatch, MEASURED, "--day", "2026-11-02")

    assert asked == [("GET", "/extdata/quality/2026-11-02")]
    for text in ("sbx-tax-returns", "75.00 %", "12.50 %", "0.3123", "显著漂移"):
        assert text in said


def test_the_day_is_today_and_measuring_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = run(monkeypatch, MEASURED, "--measure")

    assert asked == [("POST", "/extdata/quality/2026-11-02")]


def test_another_providers_connectors_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said, _ = run(monkeypatch, MEASURED, "--provider", "sbx-court")

    assert "sbx-tax-returns" not in said


def test_a_day_that_was_not_measured_says_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    said, _ = run(monkeypatch, {"on": "2026-11-02", "items": []})

    assert "--measure" in said


def test_a_day_that_is_none_is_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, asked = run(monkeypatch, MEASURED, "--day", "foo", code=2)

    assert ("foo is no day" in said, asked) == (True, [])
