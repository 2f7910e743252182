"""Golden vectors of a trained model: made-up inputs, and the answer in exact integers.

Contributions are asked of the exported graph and taken back as integers; the probability follows
from them by exact arithmetic, as it does in service. No row of any data is in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np
import onnxruntime

from layers.models.training.metrics import Floats
from layers.models.training.nodes import DECIMALS
from risk.domain.scorecard import Scale, points_of

SEED: Final = 42
MIXED: Final = 6
"""Vectors whose inputs are drawn independently of each other."""
E6: Final = 1_000_000
E6_PER_E4: Final = 100
QUANTILES: Final = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)


def golden_vectors(
    card: Mapping[str, Any], artefact: bytes, values: Floats, signs: Sequence[int]
) -> list[dict[str, Any]]:
    """All missing, best, worst, typical, one missing, and mixtures of usual values."""
    grid = _grid(values)
    rising = np.array(signs) > 0
    best, worst = np.where(rising, grid[0], grid[-1]), np.where(rising, grid[-1], grid[0])
    middle = grid[len(QUANTILES) // 2]
    holed = middle.copy()
    holed[0] = np.nan
    named = [
        ("all missing", np.full(len(signs), np.nan)),
        ("best usual values", best),
        ("worst usual values", worst),
        ("typical", middle),
        ("typical, the first input missing", holed),
    ]
    random = np.random.default_rng(SEED)
    for number in range(MIXED):
        drawn = grid[random.integers(0, len(grid), len(signs)), np.arange(len(signs))]
        drawn[random.random(len(signs)) < 0.1] = np.nan
        named.append((f"mixture {number + 1}", drawn))
    rows = np.array([row for _, row in named])
    contributions = contributions_e6(artefact, rows, points=card["kind"] == "scorecard")
    names = [entry.get("indicator") or entry["name"] for entry in card["inputs"]]
    return [
        {"name": name, "inputs": _inputs(names, row), "answer": _answer(card, found)}
        for (name, row), found in zip(named, contributions, strict=True)
    ]


def contributions_e6(artefact: bytes, rows: Floats, *, points: bool) -> list[list[int]]:
    """What the graph answers, as integers in 0.000001; points are whole 0.0001."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
    (found,) = session.run(["contributions"], {"indicators": rows.astype(np.float32)})
    unit = E6_PER_E4 if points else 1
    return [[round(one * E6 / unit) * unit for one in row] for row in found.tolist()]


def probability_ppm(logit_e6: int) -> int:
    """The probability in parts per million, rounded half up.

    >>> probability_ppm(-2_995_732)
    47619
    """
    chance = 1 / (1 + (Decimal(-logit_e6) / E6).exp())
    return int((chance * E6).to_integral_value(ROUND_HALF_UP))


def _grid(values: Floats) -> Floats:
    """Usual values of each input: quantiles of the training rows, two significant digits."""
    columns = []
    for column in values.T:
        known = column[~np.isnan(column)]
        found = np.quantile(known, QUANTILES, method="lower")
        columns.append([round(float(f"{value:.2g}"), DECIMALS) for value in found])
    return np.array(columns).T


def _inputs(names: Sequence[str], row: Floats) -> dict[str, float | None]:
    return {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(names, row, strict=True)
    }


def _answer(card: Mapping[str, Any], contributions: Sequence[int]) -> dict[str, Any]:
    logit = card["intercept_e6"] + sum(contributions)
    scale = card.get("scale")
    points = None if scale is None else points_of(Scale(**scale), _to_e4(logit))
    return {
        "probability_ppm": probability_ppm(logit),
        "points": points,
        "contributions_e4": [_to_e4(one) for one in contributions],
    }


def _to_e4(value: int) -> int:
    """Half away from zero."""
    half = E6_PER_E4 // 2
    return (abs(value) + half) // E6_PER_E4 * (-1 if value < 0 else 1)
