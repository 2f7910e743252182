"""Measures a decision and its peers in one process and prints the figures as JSON.

    python -m tests.benchmarks.decision.measure --rounds 15 --seed 1

`puhui bench decision` runs this in an environment that has pandas and polars. Everything takes
turns within a round, and milliseconds are those of process CPU time, because a neighbour on the
same machine doubles the wall clock and hardly moves CPU time or ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final

from tests.benchmarks.decision import fresh
from tests.benchmarks.decision.agreement import differences
from tests.benchmarks.decision.applicant import AS_OF, an_applicant
from tests.benchmarks.decision.figures import Values
from tests.benchmarks.decision.ours import STAGES, Applicant, Deciding, all_indicators
from tests.benchmarks.decision.peer_polars_expressions import polars_expressions
from tests.benchmarks.decision.peer_polars_tuned import polars_tuned
from tests.benchmarks.decision.peer_python import pure_python
from tests.benchmarks.decision.peer_usual_stack import UsualStack
from tests.benchmarks.decision.questions import common_grids
from tests.support.risk import a_request

DEFAULT_ROUNDS: Final = 15
OURS_PER_ROUND: Final = 5
"""Decisions of ours in each round, so that a 99th percentile has something to say."""
PACKAGES: Final = ("numpy", "onnxruntime", "msgspec", "orjson", "pandas", "polars", "zen-engine")
MEASURES: Final = {
    "p50_ms": "ours, raw bytes to record, median of process CPU time",
    "p99_ms": "ours, 99th percentile of process CPU time",
    "p50_from_columns_ms": "ours, from the columns stored at arrival, median of process CPU time",
    "p50_wall_ms, p99_wall_ms": "the same decisions by the wall clock",
    "peers_p50_ms": "the common indicators only (usual_stack: and models and rules), median of "
    "process CPU time; ours makes every indicator, limit, price and record besides",
    "stages_ms": "ours from raw bytes, median of process CPU time",
    "peak_mib": "most resident memory of a fresh process that decides once from raw bytes",
    "cold_start_ms": "CPU time of a fresh process from its start until plan and models are ready",
}


class Times:
    """CPU and wall milliseconds of one contestant."""

    def __init__(self) -> None:
        """Nothing was run yet."""
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def run(self, what: Callable[[], Any]) -> None:
        """Run once and note what it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        what()
        self.cpu.append((time.process_time() - cpu) * 1_000)
        self.wall.append((time.perf_counter() - wall) * 1_000)


def percentile(times: Sequence[float], percent: int) -> float:
    """The smallest time that so many percent of all do not exceed."""
    ranked = sorted(times)
    return ranked[min(len(ranked) * percent // 100, len(ranked) - 1)]


def measure(*, rounds: int, seed: int) -> dict[str, Any]:
    """All figures of one applicant."""
    applicant = Applicant.of(an_applicant(seed=seed), AS_OF)
    common = common_grids(AS_OF)
    ours = all_indicators(applicant)
    decision = Deciding(applicant).prepared()()
    usual = UsualStack(common, a_request(as_of=AS_OF), decision.result, ours)
    peers: dict[str, Callable[[], Values]] = {
        "usual_stack": lambda: usual(applicant.raw),
        "polars_expressions": lambda: polars_expressions(common, applicant.raw),
        "polars_tuned": lambda: polars_tuned(common, applicant.raw),
        "pure_python": lambda: pure_python(common, applicant.raw),
    }
    different = {name: differences(common, ours, peer()) for name, peer in peers.items()}
    different["usual_stack"] |= dict.fromkeys(usual.check(), "besides indicators")
    found = _figures(applicant, peers, rounds)
    return {
        **found,
        **fresh.measured(applicant),
        "indicators": len(ours),
        "common_indicators": len(common.questions),
        "raw_bytes": sum(map(len, applicant.raw.values())),
        "columns_bytes": sum(map(len, applicant.columns.values())),
        "record_bytes": len(decision.record),
        "verdict": decision.result.verdict,
        "differences": different,
        "rounds": rounds,
        "seed": seed,
        "measures": MEASURES,
        "machine": machine(),
    }


def _figures(
    applicant: Applicant, peers: Mapping[str, Callable[[], Values]], rounds: int
) -> dict[str, Any]:
    """Run everybody by turns."""
    raw, stored = Deciding(applicant), Deciding(applicant, stored=True)
    times = {name: Times() for name in ("raw", "stored", *peers)}
    stages: dict[str, list[float]] = {}
    for _ in range(rounds):
        for _ in range(OURS_PER_ROUND):
            times["raw"].run(raw.prepared())
            times["stored"].run(stored.prepared())
        for stage, spent in raw.stages().items():
            stages.setdefault(stage, []).append(spent)
        for name, peer in peers.items():
            times[name].run(peer)
    p50 = {name: statistics.median(found.cpu) for name, found in times.items()}
    of_stage = {name: statistics.median(spent) for name, spent in stages.items()}
    return {
        "p50_ms": p50["raw"],
        "p99_ms": percentile(times["raw"].cpu, 99),
        "p50_from_columns_ms": p50["stored"],
        "p99_from_columns_ms": percentile(times["stored"].cpu, 99),
        "p50_wall_ms": statistics.median(times["raw"].wall),
        "p99_wall_ms": percentile(times["raw"].wall, 99),
        "p50_from_columns_wall_ms": statistics.median(times["stored"].wall),
        "peers_p50_ms": {name: p50[name] for name in peers},
        "times_ours": {name: p50[name] / p50["raw"] for name in peers},
        "best_peer": min(peers, key=lambda name: p50[name]),
        "stages_ms": {name: of_stage[name] for name in STAGES},
        "other_ms": of_stage["whole"] - sum(of_stage[name] for name in STAGES),
    }


def machine() -> dict[str, Any]:
    """Where this was measured, and with what."""
    found = {
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "load_1m": os.getloadavg()[0],
        "python": platform.python_version(),
        "threads": os.environ.get("POLARS_MAX_THREADS"),
    }
    return found | {name: version(name) for name in PACKAGES}


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(
                line.partition(":")[2].strip() for line in lines if line.startswith("model name")
            )
    except (OSError, StopIteration):
        return platform.processor()


def rounded(value: Any) -> Any:
    """Milliseconds need three decimals."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def main() -> None:
    """Measure and print."""
    from tests.benchmarks.decision.scale import scale

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.decision.measure")
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", action="store_true", help="the curve besides")
    asked = parser.parse_args()
    found = measure(rounds=asked.rounds, seed=asked.seed)
    if asked.scale:
        found["scale"] = scale(rounds=asked.rounds, seed=asked.seed)
    sys.stdout.write(json.dumps(rounded(found), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
