"""The plain scorecard: weight-of-evidence bins found by optbinning, logistic regression on top.

The answer is the same `Scorecard` that declared bins give, so it is exported, explained and proven
by the same code. The bins' ends are optbinning's; the evidence is counted here, by the very rule
that the exported graph follows, so no row can fall into another bin in service.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from layers.models.training.metrics import Bools, Floats
from layers.models.training.nodes import narrow, rounded_down
from layers.models.training.scorecard import POINT_DECIMALS, Feature, Points, Scorecard

LARGEST_BINS: Final = 8
SMALLEST_BIN: Final = 0.02
LEAST_INFORMATION: Final = 0.005
"""An indicator with less information value than this is left out."""
INVERSE_PENALTY: Final = 1.0
EMPTY_CELL: Final = 0.5
FEWEST_MISSING: Final = 20
"""Fewer missing training rows than this carry no evidence of their own."""
SEARCH_SECONDS: Final = 20
ROWS_TO_BIN: Final = 50_000
"""Bins of larger samples are searched in a fixed sample of so many rows; evidence uses all."""

MissingPolicy = Literal["own", "worst"]


@dataclass(frozen=True, slots=True)
class _Binned:
    name: str
    edges: tuple[float, ...]
    evidence: tuple[float, ...]
    """Log of (share of bads / share of goods) of each bin: higher is riskier."""
    missing: float
    information: float


def fit_scorecard(
    values: Floats,
    bad: Bools,
    names: Sequence[str],
    *,
    missing: MissingPolicy = "own",
    weights: Floats | None = None,
) -> Scorecard:
    """Bin each feature, drop those without information, and fit one weight for each other.

    Every feature keeps its place: one that is left out has a single bin of no points. With
    `missing="worst"` a missing value counts at least as much as the worst bin, as models that
    decide about people need it; "own" counts the evidence of the training rows without a value.
    """
    from sklearn.linear_model import LogisticRegression

    seen = narrow(values)
    counted = np.ones(len(bad)) if weights is None else weights
    binned = [_bin(name, column, bad, counted) for name, column in zip(names, seen.T, strict=True)]
    used = [place for place, one in enumerate(binned) if one.information >= LEAST_INFORMATION]
    points = [Points(Feature(one.name, (), riskier_upwards=True), (0.0,), 0.0) for one in binned]
    rate = float(np.average(bad, weights=counted))
    if not used:
        return Scorecard(round(float(np.log(rate / (1 - rate))), POINT_DECIMALS), tuple(points))
    evidence = np.column_stack([_evidence(binned[place], seen[:, place]) for place in used])
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1_000)
    model.fit(evidence, bad, sample_weight=weights)
    for place, weight in zip(used, model.coef_[0], strict=True):
        points[place] = _points(binned[place], float(weight), missing)
    return Scorecard(round(float(model.intercept_[0]), POINT_DECIMALS), tuple(points))


def information_values(values: Floats, bad: Bools, names: Sequence[str]) -> dict[str, float]:
    """The information value of each feature in bins of its own."""
    counted = np.ones(len(bad))
    return {
        name: _bin(name, column, bad, counted).information
        for name, column in zip(names, narrow(values).T, strict=True)
    }


def _bin(name: str, column: Floats, bad: Bools, weights: Floats) -> _Binned:
    known = ~np.isnan(column)
    edges = _edges(column[known], bad[known])
    place = np.where(known, np.searchsorted(edges, column, side="left"), len(edges) + 1)
    bads = np.bincount(place, weights=bad * weights, minlength=len(edges) + 2)
    goods = np.bincount(place, weights=~bad * weights, minlength=len(edges) + 2)
    share_bad = (bads + EMPTY_CELL) / (bads.sum() + EMPTY_CELL)
    share_good = (goods + EMPTY_CELL) / (goods.sum() + EMPTY_CELL)
    evidence = np.log(share_bad / share_good)
    some = bads + goods > 0
    information = float(np.sum((share_bad - share_good)[some] * evidence[some]))
    missing = evidence[-1] if int((~known).sum()) >= FEWEST_MISSING else 0.0
    return _Binned(name, tuple(edges), tuple(evidence[:-1]), float(missing), information)


def _edges(values: Floats, bad: Bools) -> list[float]:
    """Upper ends, included, of the bins that optbinning finds; a feature of one value has none."""
    from optbinning import OptimalBinning

    if len(values) > ROWS_TO_BIN:
        chosen = np.random.default_rng(42).choice(len(values), ROWS_TO_BIN, replace=False)
        values, bad = values[chosen], bad[chosen]
    if len(np.unique(values)) < 2 or bad.all() or not bad.any():
        return []
    search: Any = OptimalBinning(
        max_n_bins=LARGEST_BINS, min_bin_size=SMALLEST_BIN, time_limit=SEARCH_SECONDS
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(values, bad.astype(np.int64))
    return sorted({rounded_down(float(split)) for split in search.splits})


def _evidence(binned: _Binned, column: Floats) -> Floats:
    known = ~np.isnan(column)
    place = np.searchsorted(np.asarray(binned.edges), column, side="left")
    each = np.asarray(binned.evidence)[np.where(known, place, 0)]
    return np.where(known, each, binned.missing)


def _points(binned: _Binned, weight: float, policy: MissingPolicy) -> Points:
    bins = tuple(round(weight * one, POINT_DECIMALS) + 0.0 for one in binned.evidence)
    missing = round(weight * binned.missing, POINT_DECIMALS) + 0.0
    if policy == "worst":
        missing = max(missing, *bins)
    upwards = bins[-1] >= bins[0]
    return Points(Feature(binned.name, binned.edges, riskier_upwards=upwards), bins, missing)
