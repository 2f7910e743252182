"""Runs the decision benchmark in an environment of its own, beside the libraries it compares with.

The benchmark lives in the tests, because its applicant and its peers are made there; it is run,
never imported.
"""

from __future__ import annotations

import json
from typing import Any, Final

from infra.own_environment import EnvironmentFailed, OwnEnvironment, Say

BENCH: Final = OwnEnvironment(
    group="bench",
    what="benchmark",
    needed=("pandas", "polars", "onnxruntime", "zen"),
    size="600 MB",
)
MODULE: Final = "tests.benchmarks.decision.measure"
TIMEOUT_SECONDS: Final = 3_600


def run_decision_bench(*, rounds: int, seed: int, scale: bool, say: Say) -> dict[str, Any]:
    """Measure a decision and its peers and answer the figures."""
    arguments = [MODULE, "--rounds", str(rounds), "--seed", str(seed)]
    arguments += ["--scale"] if scale else []
    printed = BENCH.run(BENCH.python(say), arguments, TIMEOUT_SECONDS)
    try:
        figures: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise EnvironmentFailed("the benchmark printed no figures") from error
    return figures


def different(figures: dict[str, Any]) -> list[str]:
    """One sentence for each value that a peer answers otherwise."""
    return [
        f"{peer} differs in {name}: {told}"
        for peer, found in figures["differences"].items()
        for name, told in found.items()
    ]
