"""How well a scorecard ranks firms that it has not seen: repeated stratified cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import RepeatedStratifiedKFold

from layers.models.training.scorecard import Feature, Floats, fit

FOLDS: Final = 5
REPEATS: Final = 20
SEED: Final = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The figures of one protocol; every one of them from firms left out of the fit."""

    auc_mean: float
    auc_sd: float
    auc_pooled: float
    ks: float
    brier: float
    calibration_slope: float
    folds: int
    repeats: int
    n: int
    defaults: int


def cross_validate(
    features: Sequence[Feature],
    values: Floats,
    defaulted: NDArray[np.bool_],
    *,
    scored: Floats | None = None,
) -> Validation:
    """Fit on four fifths, score the rest, 20 times over.

    `scored` holds the same firms seen at another day: fitted on one, ranked on the other.
    """
    seen = values if scored is None else scored
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=SEED)
    left_out = np.zeros((REPEATS, len(defaulted)))
    aucs = []
    for number, (train, test) in enumerate(splitter.split(values, defaulted)):
        card = fit(features, values[train], defaulted[train])
        chances = card.probabilities(seen[test])
        left_out[number // FOLDS, test] = chances
        aucs.append(roc_auc_score(defaulted[test], chances))
    return Validation(
        auc_mean=float(np.mean(aucs)),
        auc_sd=float(np.std(aucs)),
        auc_pooled=_mean(left_out, lambda p: roc_auc_score(defaulted, p)),
        ks=_mean(left_out, lambda p: kolmogorov_smirnov(defaulted, p)),
        brier=float(np.mean((left_out - defaulted) ** 2)),
        calibration_slope=_mean(left_out, lambda p: calibration_slope(defaulted, p)),
        folds=FOLDS,
        repeats=REPEATS,
        n=len(defaulted),
        defaults=int(defaulted.sum()),
    )


def kolmogorov_smirnov(defaulted: NDArray[np.bool_], chances: Floats) -> float:
    """The largest distance between the distributions of good and bad firms."""
    false_positive, true_positive, _ = roc_curve(defaulted, chances)
    return float(np.max(true_positive - false_positive))


def calibration_slope(defaulted: NDArray[np.bool_], chances: Floats) -> float:
    """Slope of the outcome on the predicted log-odds: 1 is right, less is too sure of itself."""
    logit = np.log(chances / (1 - chances))
    design = np.column_stack([np.ones(len(logit)), logit])
    theta = np.array([0.0, 1.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ theta))
        gradient = design.T @ (p - defaulted)
        theta -= np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design, gradient)
    return float(theta[1])


def _mean(repeats: Floats, figure: Any) -> float:
    return float(np.mean([figure(chances) for chances in repeats]))
