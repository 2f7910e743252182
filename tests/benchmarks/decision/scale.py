"""How the cost of a decision grows with the applicant's events, against n log n."""

from __future__ import annotations

import time
from math import log
from statistics import median
from typing import Any, Final

from tests.benchmarks.decision.applicant import AS_OF, an_applicant
from tests.benchmarks.decision.ours import Applicant, Deciding

EVENTS: Final = (1_000, 3_000, 10_000, 30_000, 100_000)
"""Bank transactions and invoices together; what bank_flow/1 and invoice/1 allow is more."""
STAGES: Final = ("decode_ms", "indicators_ms", "p50_ms", "p50_from_columns_ms")


def scale(*, rounds: int, seed: int, sizes: tuple[int, ...] = EVENTS) -> list[dict[str, Any]]:
    """The cost by number of events, smallest first."""
    points = [_point(events, rounds, seed) for events in sizes]
    for before, point in zip([points[0], *points], points, strict=False):
        for stage in STAGES:
            point[f"{stage}_of_n_log_n"] = _per(point, stage) / _per(points[0], stage)
            # Stricter: what does not depend on the events hides growth behind the first point.
            point[f"{stage}_step"] = _per(point, stage) / _per(before, stage)
    return points


def _per(point: dict[str, Any], stage: str) -> float:
    events: int = point["events"]
    return float(point[stage]) / (events * log(events))


def _point(events: int, rounds: int, seed: int) -> dict[str, Any]:
    applicant = Applicant.of(an_applicant(seed=seed, events=events), AS_OF)
    raw, stored = Deciding(applicant), Deciding(applicant, stored=True)
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for _ in range(rounds):
        for name, deciding in (("p50_ms", raw), ("p50_from_columns_ms", stored)):
            run = deciding.prepared()
            started = time.process_time()
            run()
            times[name].append((time.process_time() - started) * 1_000)
        stages = raw.stages()
        times["decode_ms"].append(stages["decode"])
        times["indicators_ms"].append(stages["indicators"])
    return {
        "events": events,
        "raw_bytes": sum(map(len, applicant.raw.values())),
        **{step: median(found) for step, found in times.items()},
    }
