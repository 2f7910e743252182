"""`puhui simulate`: a labelled report, pictures, and one sentence for bad input."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli import build

TITLES = 6
"""The note and five tables."""
TINY = ("--applicants", "9", "--months", "3")


@cache
def app() -> Any:
    return build()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app(), ["simulate", *arguments])


def test_the_tables_say_that_they_are_a_simulation_and_balance(tmp_path: Path) -> None:
    result = run(*TINY, "--charts", str(tmp_path))

    assert result.exit_code == 0
    assert result.stdout.count("模拟 SIMULATION · ") == TITLES
    assert "0 of 90 days unbalanced" in result.stdout
    assert "高于" in result.stdout or "不超过" in result.stdout
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "simulation-lead.svg",
        "simulation-migration.svg",
        "simulation-npl.svg",
        "simulation-vintages.svg",
    ]
    assert all(
        "SIMULATION" in one.read_text() or "<svg" in one.read_text() for one in tmp_path.iterdir()
    )


def test_json_holds_the_whole_report_and_nothing_else() -> None:
    result = run(*TINY, "--json")

    report = json.loads(result.stdout)
    assert (report["label"], report["applicants"]) == ("模拟 SIMULATION", 9)
    assert report["books"]["unbalanced_days"] == []


@pytest.mark.parametrize(
    ("start", "rule"),
    [("2024-02-02", "first_of_month"), ("yesterday", "date"), ("2018-01-01", "range")],
)
def test_a_bad_start_is_refused_by_name(start: str, rule: str) -> None:
    result = run("--start", start)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--start: rule {rule}" in result.stderr


def test_charts_cannot_be_drawn_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    result = run(*TINY, "--charts", str(file))

    assert result.exit_code == 2
    assert "--charts: rule folder" in result.stderr
