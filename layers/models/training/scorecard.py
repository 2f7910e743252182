"""A points scorecard over declared bins, fitted with few degrees of freedom.

Eighteen defaults do not carry a free weight for each bin. So the bins are declared beforehand (no
cut point has seen an outcome), the points of an indicator are linear in the rank of its bin, the
sign of each indicator is a credit argument, and the weights are shrunk towards one common weight.
What is fitted is one level, one slope and small deviations; the result is an ordinary table of
points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CLIP: Final = 2.5
"""No firm counts as further from the middle than so many standard deviations of the bin's rank."""
DEVIATION_PENALTY: Final = 10.0
SLOPE_PENALTY: Final = 0.3
NEWTON_STEPS: Final = 60
POINT_DECIMALS: Final = 4
"""Points are kept to 0.0001 of a log-odds: the last bits of a fit differ between machines."""
SMALLEST_SPREAD: Final = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Feature:
    """One indicator of the scorecard: where its bins end and which way its risk goes."""

    indicator: str
    edges: tuple[float, ...]
    """Upper ends, included, of all bins but the last."""
    riskier_upwards: bool

    @property
    def bins(self) -> int:
        """How many bins a value can fall into; a missing one has its own besides."""
        return len(self.edges) + 1

    def ranks(self, values: Floats) -> Floats:
        """The bin of each value, counted so that a higher rank is riskier; NaN stays NaN."""
        narrow = np.asarray(self.edges, np.float32)
        ranks = np.searchsorted(narrow, values.astype(np.float32), side="left").astype(np.float64)
        ranks[np.isnan(values)] = np.nan
        return ranks if self.riskier_upwards else self.bins - 1 - ranks


@dataclass(frozen=True, slots=True)
class Points:
    """What one indicator adds to the log-odds of default, by bin in the order of its values."""

    feature: Feature
    bins: tuple[float, ...]
    missing: float
    """At least as much as any bin: what is not known is never better than the worst."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The fitted table."""

    intercept: float
    points: tuple[Points, ...]

    def contributions(self, values: Floats) -> Floats:
        """What each indicator of each row adds to the log-odds of default."""
        columns = []
        for column, points in zip(values.T, self.points, strict=True):
            narrow = np.asarray(points.feature.edges, np.float32)
            place = np.searchsorted(narrow, column.astype(np.float32), side="left")
            known = np.asarray(points.bins)[place]
            columns.append(np.where(np.isnan(column), points.missing, known))
        return np.stack(columns, axis=1)

    def probabilities(self, values: Floats) -> Floats:
        """The probability of default of each row."""
        logits = self.intercept + self.contributions(values).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-logits)), np.float64)


def fit(features: Sequence[Feature], values: Floats, defaulted: NDArray[np.bool_]) -> Scorecard:
    """Fit level, common slope and deviations by penalised maximum likelihood."""
    ranks = np.stack(
        [feature.ranks(column) for feature, column in zip(features, values.T, strict=True)], axis=1
    )
    middle = np.nanmean(ranks, axis=0)
    spread = np.nanstd(ranks, axis=0) + SMALLEST_SPREAD
    steps = np.clip((ranks - middle) / spread, -CLIP, CLIP)
    steps = np.where(np.isnan(steps), CLIP, steps)
    intercept, weights = _weights(steps, defaulted.astype(np.float64))
    return Scorecard(
        round(float(intercept), POINT_DECIMALS),
        tuple(
            _points(feature, weight, mean, sd)
            for feature, weight, mean, sd in zip(features, weights, middle, spread, strict=True)
        ),
    )


def _weights(steps: Floats, outcome: Floats) -> tuple[float, Floats]:
    """Newton's method on (level, slope, deviations); a weight is slope / n + deviation, ≥ 0."""
    count = steps.shape[1]
    design = np.column_stack([np.ones(len(steps)), steps.mean(axis=1), steps])
    penalty = np.diag([0.0, 2 * SLOPE_PENALTY, *[2 * DEVIATION_PENALTY] * count])
    theta = np.zeros(count + 2)
    for _ in range(NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-design @ theta))
        gradient = design.T @ (chance - outcome) + penalty @ theta
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        theta -= np.linalg.solve(curvature, gradient)
    return float(theta[0]), np.maximum(theta[1] / count + theta[2:], 0.0)


def _points(feature: Feature, weight: float, mean: float, sd: float) -> Points:
    ranks = np.arange(feature.bins, dtype=np.float64)
    if not feature.riskier_upwards:
        ranks = ranks[::-1]
    bins = np.round(weight * np.clip((ranks - mean) / sd, -CLIP, CLIP), POINT_DECIMALS) + 0.0
    worst = round(float(weight * CLIP), POINT_DECIMALS)
    return Points(feature, tuple(bins.tolist()), max(worst, float(bins.max())))
