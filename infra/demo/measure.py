"""How long each station took, read from the executions' histories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from puhui.contracts.factory import STATION_NAMES, STATION_OF_STATE

MILLISECONDS: Final = 1000.0


def station_times(histories: Iterable[list[dict[str, Any]]]) -> dict[str, list[float]]:
    """Milliseconds that each application spent at each station, waiting for people included."""
    times: dict[str, list[float]] = {station: [] for station in STATION_NAMES}
    for history in histories:
        for station, spent in _times_of(history).items():
            times[station].append(spent)
    return times


def _times_of(history: list[dict[str, Any]]) -> dict[str, float]:
    entered: dict[str, Any] = {}
    spent: dict[str, float] = defaultdict(float)
    for event in history:
        if (details := event.get("stateEnteredEventDetails")) is not None:
            entered[details["name"]] = event["timestamp"]
        elif (details := event.get("stateExitedEventDetails")) is not None:
            name = details["name"]
            station = STATION_OF_STATE.get(name)
            if station is not None and name in entered:
                passed = event["timestamp"] - entered.pop(name)
                spent[station] += passed.total_seconds() * MILLISECONDS
    return dict(spent)


def summary(times: Mapping[str, list[float]]) -> dict[str, dict[str, float | int]]:
    """p50, p95 and count of each station; zeros where nobody passed."""
    return {
        station: {
            "p50_ms": round(percentile(values, 50), 1),
            "p95_ms": round(percentile(values, 95), 1),
            "count": len(values),
        }
        for station, values in times.items()
    }


def percentile(values: list[float], rank: int) -> float:
    """The nearest-rank percentile; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    position = max(0, -(-rank * len(ordered) // 100) - 1)
    return ordered[position]
