"""A weight-of-evidence scorecard whose every input keeps the direction that was argued for it.

Bins are deciles of the training values, neighbours merged until the risk only rises in the argued
direction (pool adjacent violators); a missing value has the evidence of the worst bin. The weights
are those of a logistic regression with a small penalty; an input whose weight would turn against
its argument, or that carries no information, is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.models.training.metrics import Bools, Floats
from layers.models.training.nodes import narrow
from layers.models.training.scorecard import POINT_DECIMALS, Feature, Points, Scorecard

BINS: Final = 10
SMOOTHING: Final = 1.0
"""Rows of the average risk that are added to every bin."""
LEAST_INFORMATION: Final = 0.004
PENALTY: Final = 4.0
NEWTON_STEPS: Final = 40
EDGE_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Binned:
    """One input cut into bins; evidence by bin in the order of its values."""

    name: str
    sign: int
    edges: tuple[float, ...]
    evidence: tuple[float, ...]
    information: float

    def of(self, column: Floats) -> Floats:
        """The evidence of each value; a missing one is as the worst bin."""
        place = np.searchsorted(np.asarray(self.edges, np.float32), column.astype(np.float32))
        known = np.asarray(self.evidence)[place]
        return np.where(np.isnan(column), max(self.evidence), known)


def fit_signed(names: Sequence[str], signs: Sequence[int], values: Floats, bad: Bools) -> Scorecard:
    """Fit; the scorecard has only the inputs that carry weight, in the order of their names."""
    seen = narrow(values)
    every = [
        bin_signed(name, sign, column, bad)
        for name, sign, column in zip(names, signs, seen.T, strict=True)
    ]
    places = [n for n, one in enumerate(every) if one.information >= LEAST_INFORMATION]
    while True:
        evidence = np.column_stack([every[n].of(seen[:, n]) for n in places])
        intercept, weights = _logistic(evidence, bad)
        if len(places) == 0 or weights.min() > 0:
            break
        places.pop(int(weights.argmin()))
    points = tuple(
        _points(every[n], float(weight)) for n, weight in zip(places, weights, strict=True)
    )
    return Scorecard(round(intercept, POINT_DECIMALS), points)


def bin_signed(name: str, sign: int, column: Floats, bad: Bools) -> Binned:
    """Deciles, merged until the evidence only rises (sign 1) or only falls (sign -1)."""
    known = ~np.isnan(column)
    cuts = np.quantile(column[known], np.arange(1, BINS) / BINS, method="lower")
    edges = np.unique(np.round(cuts, EDGE_DECIMALS))
    edges = edges[edges < column[known].max()]
    place = np.searchsorted(edges.astype(np.float32), column[known].astype(np.float32))
    counts = (
        np.bincount(place, weights=bad[known], minlength=len(edges) + 1).astype(np.float64),
        np.bincount(place, minlength=len(edges) + 1).astype(np.float64),
    )
    bads, rows, kept = _pooled(*counts, edges.tolist(), sign)
    rate = float(bad[known].mean())
    share = (bads + SMOOTHING * rate) / (rows + SMOOTHING)
    evidence = np.log(share / (1 - share)) - np.log(rate / (1 - rate))
    # The average rows pull a small bin further than a large one, which may undo the order.
    evidence = sign * np.maximum.accumulate(sign * evidence)
    spread = (bads / max(bads.sum(), 1) - (rows - bads) / (rows - bads).sum()) * evidence
    return Binned(name, sign, tuple(kept), tuple(evidence.tolist()), float(spread.sum()))


def _pooled(
    bads: Floats, rows: Floats, edges: Sequence[float], sign: int
) -> tuple[Floats, Floats, list[float]]:
    """Merge neighbours that go against the sign, the first ones first."""
    blocks: list[list[float]] = []
    for place, (bad, row) in enumerate(zip(bads, rows, strict=True)):
        end = edges[place] if place < len(edges) else np.inf
        blocks.append([float(bad), float(row), end])
        while len(blocks) > 1 and _against(blocks[-2], blocks[-1], sign):
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0] + last[0], blocks[-1][1] + last[1], last[2]]
    found = np.array(blocks)
    return found[:, 0], found[:, 1], found[:-1, 2].tolist()


def _against(left: Sequence[float], right: Sequence[float], sign: int) -> bool:
    return sign * (right[0] * left[1] - left[0] * right[1]) <= 0


def _logistic(evidence: Floats, bad: Bools) -> tuple[float, Floats]:
    """Penalised maximum likelihood by Newton's method; the level is free of penalty."""
    design = np.column_stack([np.ones(len(bad)), evidence])
    penalty = np.diag([0.0, *[PENALTY] * evidence.shape[1]])
    theta = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = 1.0 / (1.0 + np.exp(-design @ theta))
        gradient = design.T @ (chance - bad) + penalty @ theta
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        theta -= np.linalg.solve(curvature, gradient)
    return float(theta[0]), theta[1:]


def _points(one: Binned, weight: float) -> Points:
    bins = tuple(round(weight * value, POINT_DECIMALS) + 0.0 for value in one.evidence)
    return Points(Feature(one.name, one.edges, riskier_upwards=one.sign > 0), bins, max(bins))
