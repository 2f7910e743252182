"""Golden vectors of a scorecard: answers looked up in the card's own table, not asked of the graph.

Inputs are made up from the declared ends of bins; no row of any data is in them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from risk.domain.scorecard import Scale, points_of, probability_ppm

SEED: Final = 42
MIXED: Final = 6
"""Vectors whose inputs are drawn from the bins independently of each other."""


def golden_vectors(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All missing, the best, the worst, both sides of an end of a bin, and some mixtures."""
    inputs = card["inputs"]
    named = [
        ("all missing", [None for _ in inputs]),
        ("best of every bin", [_extreme(one, min) for one in inputs]),
        ("worst of every bin", [_extreme(one, max) for one in inputs]),
        ("at the end of a bin", [one["edges"][0] for one in inputs]),
        ("above the end of a bin", [_above(one["edges"][0]) for one in inputs]),
    ]
    random = np.random.default_rng(SEED)
    for number in range(MIXED):
        drawn = [_drawn(one, random) for one in inputs]
        named.append((f"mixture {number + 1}", drawn))
    return [_vector(card, name, values) for name, values in named]


def _vector(card: Mapping[str, Any], name: str, values: Sequence[float | None]) -> dict[str, Any]:
    inputs = card["inputs"]
    points = [_points(one, value) for one, value in zip(inputs, values, strict=True)]
    logit_e4 = card["intercept_e4"] + sum(points)
    return {
        "name": name,
        "inputs": {one["indicator"]: value for one, value in zip(inputs, values, strict=True)},
        "answer": {
            "probability_ppm": probability_ppm(logit_e4),
            "points": points_of(Scale(**card["scale"]), logit_e4),
            "contributions_e4": points,
        },
    }


def _points(entry: Mapping[str, Any], value: float | None) -> int:
    """The graph reads its inputs and the ends of its bins as 32-bit floats."""
    if value is None:
        return int(entry["missing_points_e4"])
    narrow = [float(np.float32(edge)) for edge in entry["edges"]]
    return int(entry["points_e4"][bisect_left(narrow, float(np.float32(value)))])


def _extreme(entry: Mapping[str, Any], choose: Any) -> float:
    points = entry["points_e4"]
    return _inside(entry, points.index(choose(points)))


def _inside(entry: Mapping[str, Any], place: int) -> float:
    """A number well inside a bin."""
    edges = entry["edges"]
    if place == 0:
        return float(edges[0] - 1)
    if place == len(edges):
        return float(edges[-1] + 1)
    return round((edges[place - 1] + edges[place]) / 2, 4)


def _above(edge: float) -> float:
    return round(edge + max(abs(edge) * 1e-3, 1e-3), 4)


def _drawn(entry: Mapping[str, Any], random: np.random.Generator) -> float | None:
    place = int(random.integers(-1, len(entry["points_e4"])))
    return None if place < 0 else _inside(entry, place)
