"""The champion: boosted trees of several shapes and the plain scorecard, averaged on log-odds.

All members are sums of trees, so the average is one sum of trees: what is validated is what is
exported. Which members there are follows from the number of rows alone. What each counts is fixed
for small samples, and chosen by log-loss on training rows held back for larger ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from layers.models.training.calibration import Calibration, Kind, fit_calibration
from layers.models.training.metrics import Bools, Floats, log_loss, sigmoid
from layers.models.training.nodes import Nodes, joined, narrow
from layers.models.training.rank_scorecard import fit_rank_scorecard
from layers.models.training.reject_inference import Augmentation
from layers.models.training.scorecard import Scorecard
from layers.models.training.scorecard_nodes import scorecard_nodes
from layers.models.training.trees import (
    HELD_BACK,
    SEED,
    Recipe,
    Settings,
    Stopped,
    Trees,
    fit_trees,
    rounds_found,
    stratified_share,
)
from layers.models.training.woe import MissingPolicy, fit_scorecard

ENOUGH_TO_CHOOSE: Final = 3_000
"""Training rows from which 15 % of them say enough about what each member should count."""
SCORECARD_SHARE: Final = 0.3
"""What the scorecard counts in smaller samples."""
TINY: Final = 500
"""Below so many training rows the scorecard is one of ranks, counts half, and nothing is stopped
early: a few dozen bads cannot say when to."""
TINY_SHARE: Final = 0.5
TINY_ROUNDS: Final = 150
CHOICES: Final = 20
"""Steps of the greedy choice: a member counts in twentieths."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Champion:
    """A fitted champion."""

    trees: tuple[Trees, ...]
    scorecard: Scorecard
    shares: tuple[float, ...]
    """What each of the trees, and at last the scorecard, counts; together 1."""
    calibration: Calibration
    nodes: Nodes
    rounds: tuple[int, ...]

    def logits_of_seen(self, seen: Floats) -> Floats:
        """The log-odds of rows taken as they are, the line of the calibration included."""
        return self.calibration.line(_average(self.trees, self.scorecard, self.shares, seen))

    def probabilities(self, values: Floats) -> Floats:
        """The calibrated probability of default of each row."""
        raw = _average(self.trees, self.scorecard, self.shares, narrow(values))
        return self.calibration.probabilities(raw)

    def contributions(self, values: Floats) -> Floats:
        """What each feature of each row adds to the log-odds, by path attribution."""
        return self.nodes.contributions(narrow(values))


def members(rows: int) -> tuple[Settings, ...]:
    """The shapes of trees for a number of training rows.

    The usual shape; a deeper one that sees fewer features at a time; and extremely randomised
    splits (Geurts 2006), whose errors are others'.
    """
    if rows < TINY:
        small = {"num_leaves": 4, "min_data_in_leaf": 5, "rounds": TINY_ROUNDS}
        return (small, {**small, "extra_trees": True, "feature_fraction": 0.3})
    if rows < 50_000:
        deep = {"num_leaves": 31, "min_data_in_leaf": 10, "feature_fraction": 0.5}
        loose = {
            "extra_trees": True, "num_leaves": 31, "min_data_in_leaf": 10,
            "feature_fraction": 0.3, "learning_rate": 0.05,
        }  # fmt: skip
        return ({}, deep, loose)
    narrow_one = {"num_leaves": 15, "feature_fraction": 0.5, "min_data_in_leaf": 200}
    return (
        {"learning_rate": 0.05},
        {**narrow_one, "learning_rate": 0.04},
        {"extra_trees": True, "num_leaves": 63, "min_data_in_leaf": 100, "learning_rate": 0.08},
    )


def bags(rows: int) -> int:
    """How many seeds of each shape are averaged."""
    return 2 if rows < 10_000 else 1


def fit_champion(  # noqa: PLR0913  (one argument per thing that a caller may fix)
    values: Floats,
    bad: Bools,
    names: Sequence[str],
    *,
    monotone: Sequence[int] | None = None,
    calibration: Kind = "none",
    missing: MissingPolicy = "own",
    scorecard: Scorecard | None = None,
    weights: Floats | None = None,
    augment: Augmentation | None = None,
    seed: int = SEED,
) -> Champion:
    """Fit all members on all rows; shares and calibration come from rows held back.

    `augment` is the hook of reject inference: it may add refused rows with weights.
    """
    if augment is not None:
        more = augment(values, bad)
        values, bad, weights = more.values, more.bad, more.weights
    sample = _Sample(
        values=values, bad=bad, names=tuple(names), monotone=monotone, missing=missing,
        weights=np.ones(len(bad)) if weights is None else weights, seed=seed,
    )  # fmt: skip
    shapes = members(len(bad))
    card = scorecard if scorecard is not None and len(bad) >= TINY else _scorecard(sample)
    shares = _fixed_shares(len(shapes), TINY_SHARE if len(bad) < TINY else SCORECARD_SHARE)
    rounds = tuple(int(shape.get("rounds", 0)) for shape in shapes)
    line = Calibration()
    if len(bad) >= TINY:
        held = stratified_share(bad, HELD_BACK, seed)
        found = [_stopped(sample, held, shape) for shape in shapes]
        rounds = tuple(one.rounds for one in found)
        if len(bad) >= ENOUGH_TO_CHOOSE or calibration != "none":
            learned = _scorecard(sample.part(~held))
            judged = [*(one.logits for one in found)]
            judged.append(_scorecard_logits(learned, narrow(values[held])))
            if len(bad) >= ENOUGH_TO_CHOOSE:
                shares = _chosen_shares(np.array(judged), bad[held])
            line = fit_calibration(calibration, bad[held], np.asarray(shares) @ np.array(judged))
    counting = [place for place in range(len(shapes)) if shares[place]]
    trees = tuple(_all_rows(sample, shapes[place], rounds[place]) for place in counting)
    kept = (*(shares[place] for place in counting), shares[-1])
    return Champion(
        trees=trees, scorecard=card, shares=kept, calibration=line,
        nodes=_nodes(trees, card, kept, line, values), rounds=rounds,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sample:
    """What all members are fitted on."""

    values: Floats
    bad: Bools
    names: tuple[str, ...]
    monotone: Sequence[int] | None
    missing: MissingPolicy
    weights: Floats
    seed: int

    def part(self, rows: Bools) -> _Sample:
        return replace(
            self, values=self.values[rows], bad=self.bad[rows], weights=self.weights[rows]
        )


def _scorecard(sample: _Sample) -> Scorecard:
    if len(sample.bad) < TINY:
        return fit_rank_scorecard(
            sample.values, sample.bad, sample.names, missing=sample.missing, seed=sample.seed
        )
    return fit_scorecard(
        sample.values, sample.bad, sample.names, missing=sample.missing, weights=sample.weights
    )


def _stopped(sample: _Sample, held: Bools, shape: Settings) -> Stopped:
    return rounds_found(
        sample.values, sample.bad, held, shape, sample.monotone, sample.weights,
        missing_is_worst=sample.missing == "worst", seed=sample.seed,
    )  # fmt: skip


def _all_rows(sample: _Sample, shape: Settings, rounds: int) -> Trees:
    return fit_trees(
        sample.values, sample.bad, monotone=sample.monotone, seed=sample.seed,
        weights=sample.weights, missing_is_worst=sample.missing == "worst",
        recipe=Recipe(members=({**shape, "rounds": rounds},) * bags(len(sample.bad))),
    )  # fmt: skip


def _average(
    trees: Sequence[Trees], card: Scorecard, shares: Sequence[float], seen: Floats
) -> Floats:
    total = np.zeros(len(seen))
    for one, share in zip(trees, shares, strict=False):
        total += share * one.logits_of_seen(seen)
    if shares[-1]:
        total += shares[-1] * _scorecard_logits(card, seen)
    return total


def _scorecard_logits(card: Scorecard, seen: Floats) -> Floats:
    return np.asarray(card.intercept + card.contributions(seen).sum(axis=1), np.float64)


def _nodes(
    trees: Sequence[Trees], card: Scorecard, shares: Sequence[float], line: Calibration,
    values: Floats,
) -> Nodes:  # fmt: skip
    parts = [
        one.nodes.scaled(share * line.slope) for one, share in zip(trees, shares, strict=False)
    ]
    if shares[-1]:
        parts.append(scorecard_nodes(card, values).scaled(shares[-1] * line.slope))
    whole = joined(parts)
    return whole.scaled(1.0, line.level)


def _fixed_shares(shapes: int, scorecard: float) -> tuple[float, ...]:
    return (*((1 - scorecard) / shapes,) * shapes, scorecard)


def _chosen_shares(logits: Floats, bad: Bools) -> tuple[float, ...]:
    """Greedy choice with repetition (Caruana 2004), begun with every member counting once."""
    counts = np.ones(len(logits))
    for _ in range(CHOICES - len(logits)):
        losses = []
        for place in range(len(logits)):
            tried = counts.copy()
            tried[place] += 1
            losses.append(log_loss(bad, sigmoid(tried @ logits / tried.sum())))
        counts[int(np.argmin(losses))] += 1
    counts = np.where(counts == 1, 0.0, counts)
    counts = counts if counts.sum() else np.ones(len(logits))
    return tuple((counts / counts.sum()).tolist())


def told(champion: Champion) -> dict[str, Any]:
    """What the champion consists of, for the card."""
    return {
        "members": [
            {"share": round(share, 4), "boosters": len(one.boosters), "trees": len(one.nodes.roots)}
            for one, share in zip(champion.trees, champion.shares, strict=False)
        ],
        "scorecard_share": round(champion.shares[-1], 4),
        "calibration": champion.calibration.told(),
    }
