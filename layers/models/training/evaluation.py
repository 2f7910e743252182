"""Scores every row by models that never saw it: champion, scorecard and peers in the same folds."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.models.training.calibration import Kind
from layers.models.training.champion import fit_champion
from layers.models.training.encoding import (
    Encoding,
    encoded_names,
    fit_encoding,
    seen_by,
    training_matrix,
)
from layers.models.training.metrics import Floats
from layers.models.training.nodes import narrow
from layers.models.training.peers import best_feature, histogram_boosting, plain_logistic
from layers.models.training.reject_inference import (
    RISKIER_BY,
    Augmentation,
    fuzzy_augmentation,
)
from layers.models.training.scorecard import Scorecard
from layers.models.training.table import Dataset
from layers.models.training.validation import FOLDS, SEED, Figures, Rows, figures, splits
from layers.models.training.woe import fit_scorecard

PEERS: Final = {"histogram_boosting": histogram_boosting, "plain_logistic": plain_logistic}
MODELS: Final = ("champion", "scorecard", *PEERS, "best_feature")
FEW_ROWS: Final = 1_500
REPEATS_OF_FEW: Final = 20
PROCESSES: Final = 2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a data set is validated."""

    monotone: tuple[int, ...] | None = None
    calibration: Kind = "none"
    repeats: int | None = None
    seed: int = SEED
    peers: bool = True
    reject_factor: float = RISKIER_BY
    """How much riskier refused applicants are taken to be than a model of the accepted says."""

    def signs(self, features: int) -> tuple[int, ...] | None:
        """The signs of all features as a model sees them; places of names are free."""
        if self.monotone is None:
            return None
        return (*self.monotone, *(0,) * (features - len(self.monotone)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """Scores of left-out rows, one line for each repeat, by model."""

    left_out: dict[str, Floats]
    plan: tuple[tuple[Rows, Rows], ...]
    best_features: tuple[str, ...]
    """Which feature was the best alone, fold by fold."""
    seconds: float

    def figures(self, dataset: Dataset, model: str) -> Figures:
        """AUC, KS, Brier score, calibration slope and PSI of one model."""
        return figures(dataset.bad, self.left_out[model], self.plan)


def repeats_of(rows: int) -> int:
    """Small samples are validated 20 times over, because one split of them says little."""
    return REPEATS_OF_FEW if rows < FEW_ROWS else 1


def evaluate(dataset: Dataset, plan: Plan, say: Say) -> Evaluation:
    """Cross-validate everything; two processes share the folds, in any order, with one result."""
    repeats = plan.repeats or repeats_of(len(dataset.bad))
    folds = splits(dataset.bad, repeats, plan.seed)
    models = [name for name in MODELS if plan.peers or name not in PEERS]
    left_out = {name: np.zeros((repeats, len(dataset.bad))) for name in models}
    best = []
    started = time.monotonic()
    for number, (scores, feature) in enumerate(_scored(dataset, plan, folds)):
        for name in models:
            left_out[name][number // FOLDS, folds[number][1]] = scores[name]
        best.append(feature)
        if len(folds) <= FOLDS or (number + 1) % FOLDS == 0:
            say(f"fold {number + 1} of {len(folds)}, {time.monotonic() - started:.0f} s")
    return Evaluation(
        left_out=left_out, plan=tuple(folds), best_features=tuple(best),
        seconds=round(time.monotonic() - started, 1),
    )  # fmt: skip


def score(dataset: Dataset, plan: Plan, train: Rows, test: Rows) -> tuple[dict[str, Floats], str]:
    """Fit everything on some rows and score others; nothing is learned from the others."""
    encoding = fit_encoding(dataset.columns, dataset.bad, train)
    values = training_matrix(dataset.columns, dataset.bad, train, encoding, plan.seed)
    unseen = encoding.matrix(dataset.columns, test)
    bad = dataset.bad[train]
    names, seen = encoded_names(dataset.columns), seen_by(dataset.columns)
    card = fit_scorecard(np.where(seen[1], values, np.nan), bad, names)
    champion = fit_champion(
        values, bad, names, monotone=plan.signs(len(names)), calibration=plan.calibration,
        scorecard=card, seen_by=seen, seed=plan.seed,
        augment=augmentation_of(dataset, encoding, card, plan),
    )  # fmt: skip
    plain, plain_unseen = values[:, seen[1]], unseen[:, seen[1]]
    best = best_feature(plain, bad)
    found = {
        "champion": champion.probabilities(unseen),
        "scorecard": card.probabilities(unseen),
        "best_feature": best.probabilities(plain_unseen),
    }
    if plan.peers:
        for name, fit_peer in PEERS.items():
            found[name] = fit_peer(plain, bad).probabilities(plain_unseen)
    return found, dataset.names[best.place]


def augmentation_of(
    dataset: Dataset, encoding: Encoding, card: Scorecard, plan: Plan
) -> Augmentation | None:
    """Refused applicants for the champion's fit, by the scorecard of these training rows alone."""
    if not dataset.refused:
        return None
    refused = encoding.matrix(dataset.refused, np.arange(dataset.refused_rows))
    return fuzzy_augmentation(refused, card.probabilities(narrow(refused)), plan.reject_factor)


def _scored(
    dataset: Dataset, plan: Plan, folds: Sequence[tuple[Rows, Rows]]
) -> Iterator[tuple[dict[str, Floats], str]]:
    processes = min(PROCESSES, os.cpu_count() or 1)
    if processes == 1:
        yield from (score(dataset, plan, train, test) for train, test in folds)
        return
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _hold, (dataset, plan)
    ) as pool:
        yield from pool.map(_score_held, folds)


_HELD: list[tuple[Dataset, Plan]] = []
"""What a worker process was given once, so that it does not travel with every fold."""


def _hold(dataset: Dataset, plan: Plan) -> None:
    _HELD.append((dataset, plan))


def _score_held(fold: tuple[Rows, Rows]) -> tuple[dict[str, Floats], str]:
    dataset, plan = _HELD[-1]
    return score(dataset, plan, *fold)
