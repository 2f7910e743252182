"""How well a model ranks rows that it has not seen: repeated stratified cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold

from layers.models.training.metrics import (
    auc,
    brier,
    calibration_slope,
    kolmogorov_smirnov,
    psi,
)
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


class Fitted(Protocol):
    """A model that has been fitted."""

    def probabilities(self, values: Floats) -> Floats:
        """The probability of default of each row."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one model under one protocol, from rows left out of its fits."""

    auc_mean: float
    """Over all folds."""
    auc_sd: float
    auc_pooled: float
    """Of the rows left out of all folds together, as are the figures that follow."""
    ks: float
    brier: float
    calibration_slope: float
    psi: float
    """Largest stability index of a fold's scores against the other folds' scores."""
    folds: int
    repeats: int
    n: int
    defaults: int


Rows = NDArray[np.int64]


def splits(bad: NDArray[np.bool_], repeats: int = 1, seed: int = SEED) -> list[tuple[Rows, Rows]]:
    """Training and left-out rows of five stratified folds, again with each next seed."""
    found = []
    for repeat in range(repeats):
        splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed + repeat)
        found += list(splitter.split(np.zeros(len(bad)), bad))
    return found


def cross_validated(
    values: Floats,
    bad: NDArray[np.bool_],
    fit_model: Callable[[Floats, NDArray[np.bool_]], Fitted],
    *,
    repeats: int = 1,
    seed: int = SEED,
) -> Figures:
    """Fit on four fifths and score the rest, five times in each repeat."""
    plan = splits(bad, repeats, seed)
    left_out = np.zeros((repeats, len(bad)))
    for number, (train, test) in enumerate(plan):
        model = fit_model(values[train], bad[train])
        left_out[number // FOLDS, test] = model.probabilities(values[test])
    return figures(bad, left_out, plan)


def figures(bad: NDArray[np.bool_], left_out: Floats, plan: Sequence[tuple[Rows, Rows]]) -> Figures:
    """The figures of scores of left-out rows, one line of them for each repeat."""
    repeats = len(left_out)
    tests = [(number // (len(plan) // repeats), test) for number, (_, test) in enumerate(plan)]
    aucs = [auc(bad[test], left_out[repeat, test]) for repeat, test in tests]
    moved = [
        psi(np.delete(left_out[repeat], test), left_out[repeat, test]) for repeat, test in tests
    ]
    return Figures(
        auc_mean=float(np.mean(aucs)),
        auc_sd=float(np.std(aucs)),
        auc_pooled=_mean(left_out, lambda chances: auc(bad, chances)),
        ks=_mean(left_out, lambda chances: kolmogorov_smirnov(bad, chances)),
        brier=_mean(left_out, lambda chances: brier(bad, chances)),
        calibration_slope=_mean(left_out, lambda chances: calibration_slope(bad, chances)),
        psi=float(np.max(moved)),
        folds=len(plan) // repeats,
        repeats=repeats,
        n=len(bad),
        defaults=int(bad.sum()),
    )


def _mean(repeats: Floats, figure: Any) -> float:
    return float(np.mean([figure(chances) for chances in repeats]))
