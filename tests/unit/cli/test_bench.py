"""`puhui bench decision`: what it prints, and that a peer that disagrees is trouble."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra import bench, bench_page
from infra.cli import build
from infra.own_environment import EnvironmentFailed, OwnEnvironment

PEERS = ("usual_stack", "polars_expressions", "polars_tuned", "pure_python")
STAGES = ("decode", "indicators", "models", "policy", "record")
CURVES = ("p50_ms", "p50_from_columns_ms", "decode_ms", "indicators_ms")


def figures(**changes: Any) -> dict[str, Any]:
    """What a run answers."""
    milliseconds = (
        "p50_ms", "p99_ms", "p50_wall_ms", "p99_wall_ms", "p50_from_columns_ms",
        "p50_from_columns_wall_ms", "cold_start_ms", "cold_start_wall_ms", "other_ms",
    )  # fmt: skip
    found: dict[str, Any] = dict.fromkeys(milliseconds, 12.5)
    found |= {
        "peers_p50_ms": dict.fromkeys(PEERS, 125.0),
        "times_ours": dict.fromkeys(PEERS, 10.0),
        "stages_ms": dict.fromkeys(STAGES, 2.5),
        "differences": {name: {} for name in PEERS},
        "indicators": 1_114,
        "common_indicators": 947,
        "raw_bytes": 1_600_000,
        "peak_mib": 94.0,
        "idle_mib": 80.0,
        "verdict": "approve",
        "rounds": 1,
        "seed": 1,
        "machine": {
            "processor": "a processor", "cpus": 2, "load_1m": 0.5, "python": "3.13",
            **dict.fromkeys(bench_page.PACKAGES, "1.0"),
        },
    }  # fmt: skip
    return found | changes


def a_curve() -> list[dict[str, Any]]:
    """Two points."""
    return [
        {
            "events": events,
            "raw_bytes": 300 * events,
            **dict.fromkeys(CURVES, events / 100),
            **{f"{name}_of_n_log_n": 0.9 for name in CURVES},
            **{f"{name}_step": 0.95 for name in CURVES},
        }
        for events in (1_000, 100_000)
    ]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the benchmark answer some figures without being run."""

    def answer(found: dict[str, Any]) -> None:
        monkeypatch.setattr(OwnEnvironment, "python", lambda *_: Path("python"))
        monkeypatch.setattr(OwnEnvironment, "run", lambda *_: json.dumps(found))

    return answer


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(build(), ["bench", "decision", *arguments])
    return found.exit_code, found.stdout


def test_json_is_what_the_benchmark_answered(answers: Any) -> None:
    answers(figures())

    code, printed = run("--json")

    assert (code, json.loads(printed)) == (0, figures())


def test_people_see_stages_peers_and_ratios(answers: Any) -> None:
    answers(figures(scale=a_curve()))

    code, printed = run("--scale")

    assert code == 0
    assert "decode 解码" in printed
    assert "10.0 × ours" in printed
    assert "100,000 events" in printed


def test_a_peer_that_answers_otherwise_is_trouble(answers: Any) -> None:
    answers(figures(differences={"pure_python": {"an.indicator": "ours 1, peer 2"}}))

    assert run("--json")[0] == 1


def test_a_benchmark_that_prints_no_figures_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OwnEnvironment, "python", lambda *_: Path("python"))
    monkeypatch.setattr(OwnEnvironment, "run", lambda *_: "nothing")

    with pytest.raises(EnvironmentFailed, match="no figures"):
        bench.run_decision_bench(rounds=1, seed=1, scale=False, say=lambda _: None)


def test_the_page_has_a_row_for_each_peer_stage_and_size() -> None:
    page = bench_page.page(figures(scale=a_curve()))

    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(any(what in row for row in rows) for what in bench_page.PEERS.values())
    assert all(any(what in row for row in rows) for what in bench_page.STAGES.values())
    assert any(row.startswith("| 100,000 |") for row in rows)
    assert "all are equal." in page


def test_the_page_does_not_hide_that_a_peer_differs() -> None:
    differing = {"pure_python": {"an.indicator": "ours 1, peer 2"}}

    assert "**1 differ**" in bench_page.page(figures(differences=differing, scale=a_curve()))


def test_the_curve_is_the_same_file_for_the_same_figures(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        bench_page.curve(a_curve(), tmp_path / name)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
