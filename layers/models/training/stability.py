"""Stability selection: how often a feature is chosen when the rows change (Meinshausen 2010)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from layers.models.training.metrics import Bools, Floats
from layers.models.training.nodes import narrow
from layers.models.training.scorecard import Scorecard

DRAWS: Final = 50
LARGEST_DRAW: Final = 5_000
PENALTY: Final = 0.05
"""Inverse strength of the L1 penalty: weak features drop out."""


def selection_frequencies(
    scorecard: Scorecard, values: Floats, bad: Bools, names: Sequence[str], seed: int = 42
) -> dict[str, float]:
    """Share of half-samples in which an L1 logistic regression on the points keeps a feature."""
    from sklearn.linear_model import LogisticRegression

    points = scorecard.contributions(narrow(values))
    points = points / np.maximum(points.std(axis=0), 1e-9)
    random = np.random.default_rng(seed)
    chosen = np.zeros(points.shape[1])
    for _ in range(DRAWS):
        rows = _half(bad, random)
        model = LogisticRegression(C=PENALTY, l1_ratio=1.0, solver="liblinear", random_state=seed)
        model.fit(points[rows], bad[rows])
        chosen += np.abs(model.coef_[0]) > 1e-9
    return {name: round(float(count / DRAWS), 2) for name, count in zip(names, chosen, strict=True)}


def _half(bad: Bools, random: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Half of the goods and half of the bads, without repetition, and no more than needed."""
    parts = []
    for outcome in (False, True):
        rows = random.permutation(np.flatnonzero(bad == outcome))
        parts.append(rows[: min(max(len(rows) // 2, 1), LARGEST_DRAW)])
    return np.concatenate(parts)
