"""`puhui extdata demo` as a user runs it: twelve providers over HTTP, faults, books, proofs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import build

PROMISED = {
    "queries",
    "answered",
    "cache_hits",
    "refused",
    "cost_fen",
    "reconciliation_gap_fen",
    "latency_ms",
    "by_provider",
}


@pytest.mark.parametrize(
    ("queries", "options"),
    [
        (20, ()),
        pytest.param(2_000, (), marks=pytest.mark.full),
        pytest.param(20, ("--local-cloud",), marks=pytest.mark.e2e),
    ],
)
def test_the_demonstration_keeps_its_promises(
    tmp_path: Path, queries: int, options: tuple[str, ...]
) -> None:
    path = tmp_path / "report.json"
    command = ["extdata", "demo", *options, "--queries", str(queries), "--report", str(path)]

    done = CliRunner().invoke(build(), command)

    assert done.exit_code == 0, done.output
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report.keys() >= PROMISED
    assert report["latency_ms"].keys() == {"p50", "p95", "p99"}
    assert (report["queries"], report["lost"], report["overrun_quotas"]) == (queries, 0, 0)
    assert (report["unconsented_calls"], report["reconciliation_gap_fen"]) == (0, 0)
    assert report["audit"]["faults"] == []
    assert report["audit"]["records"] >= queries
    assert 0 < report["replays"]["identical"] == report["replays"]["tried"]
    assert len(report["by_provider"]) > 6
