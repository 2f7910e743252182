"""A scorecard with few degrees of freedom: points linear in the rank of a value, shrunk.

With a few dozen bads neither free bins nor early stopping can be trusted; with more, a straight
line errs otherwise than trees do. Bins end at quantiles of the training values and have seen no
outcome; each feature has one weight; the penalty is the one of a fixed list that predicts best
inside the training rows, and a fixed strong one where these are too few to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from layers.models.training.metrics import Bools, Floats
from layers.models.training.nodes import narrow, rounded_down
from layers.models.training.scorecard import POINT_DECIMALS, Feature, Points, Scorecard

FEW_ROWS: Final = 500
BINS: Final = (10, 20)
"""Of samples with fewer rows, and of others."""
PENALTIES: Final = (0.002, 0.005, 0.01, 0.03, 0.1, 0.3)
"""Inverse strengths; the smallest nearly gives every feature the same weight."""
PENALTY_OF_FEW: Final = 0.01
"""Measured on samples of 80 and 250 rows drawn from five larger sets: better than a choice."""
INNER_FOLDS: Final = 5
ROWS_TO_CHOOSE_ON: Final = 20_000
"""The penalty of larger samples is chosen on a fixed sample of so many rows."""


def fit_rank_scorecard(
    values: Floats,
    bad: Bools,
    names: Sequence[str],
    *,
    missing: str = "own",
    weights: Floats | None = None,
    seed: int = 42,
) -> Scorecard:
    """Fit one weight a feature; a missing value counts as the middle, or with "worst" as worst."""
    from sklearn.linear_model import LogisticRegression

    seen = narrow(values)
    edges = [_edges(column) for column in seen.T]
    ranks = np.column_stack(
        [_ranks(column, ends) for column, ends in zip(seen.T, edges, strict=True)]
    )
    known = ~np.isnan(ranks)
    counts = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, ranks, 0.0).sum(axis=0) / counts
    spread = np.sqrt((np.where(known, ranks - middle, 0.0) ** 2).sum(axis=0) / counts)
    spread = np.maximum(spread, 1e-9)
    steps = np.where(known, (ranks - middle) / spread, 0.0)
    model = LogisticRegression(C=_penalty(steps, bad, seed), max_iter=1_000)
    model.fit(steps, bad, sample_weight=weights)
    points = [
        _points(name, ends, float(weight), mean, sd, missing)
        for name, ends, weight, mean, sd in zip(
            names, edges, model.coef_[0], middle, spread, strict=True
        )
    ]
    return Scorecard(round(float(model.intercept_[0]), POINT_DECIMALS), tuple(points))


def _penalty(steps: Floats, bad: Bools, seed: int) -> float:
    from sklearn.linear_model import LogisticRegressionCV
    from sklearn.model_selection import StratifiedKFold

    if len(bad) < FEW_ROWS:
        return PENALTY_OF_FEW
    random = np.random.default_rng(seed)
    rows = random.permutation(len(bad))[:ROWS_TO_CHOOSE_ON]
    inner = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    search = LogisticRegressionCV(
        Cs=list(PENALTIES),
        l1_ratios=(0.0,),
        scoring="neg_log_loss",
        max_iter=1_000,
        cv=inner,
        use_legacy_attributes=False,
    )
    return float(search.fit(steps[rows], bad[rows]).C_)


def _edges(column: Floats) -> tuple[float, ...]:
    known = column[~np.isnan(column)]
    if not len(known):
        return ()
    bins = BINS[0] if len(column) < FEW_ROWS else BINS[1]
    ends = np.quantile(known, np.arange(1, bins) / bins, method="lower")
    return tuple(sorted({rounded_down(float(end)) for end in ends if end < known.max()}))


def _ranks(column: Floats, edges: tuple[float, ...]) -> Floats:
    place = np.searchsorted(np.asarray(edges), column, side="left").astype(np.float64)
    return np.where(np.isnan(column), np.nan, place)


def _points(
    name: str, edges: tuple[float, ...], weight: float, mean: float, sd: float, missing: str
) -> Points:
    ranks = np.arange(len(edges) + 1, dtype=np.float64)
    bins = tuple((np.round(weight * (ranks - mean) / sd, POINT_DECIMALS) + 0.0).tolist())
    if not edges:
        bins = (0.0,)
    absent = max(0.0, *bins, 0.0) if missing == "worst" else 0.0
    return Points(Feature(name, edges, riskier_upwards=weight >= 0), bins, absent)
