"""The champion: boosted trees of several shapes and scorecards, averaged on log-odds.

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
from layers.models.training.member_shapes import (
    ENOUGH_TO_CHOOSE,
    MANY_ROWS,
    TINY,
    bags,
    members,
    rounds_of_all,
)
from layers.models.training.member_shares import chosen_shares, fixed_shares
from layers.models.training.metrics import Bools, Floats
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

SCORECARD_SHARE: Final = 0.4
"""What the scorecards count together in smaller samples."""
PARTS_HELD_BACK: Final = 3
TINY_PARTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Champion:
    """A fitted champion."""

    trees: tuple[Trees, ...]
    scorecards: tuple[Scorecard, ...]
    shares: tuple[float, ...]
    """What each of the trees, and then each scorecard, counts; together 1."""
    calibration: Calibration
    nodes: Nodes
    rounds: tuple[int, ...]

    def logits_of_seen(self, seen: Floats) -> Floats:
        """The log-odds of rows taken as they are, the line of the calibration included."""
        return self.calibration.line(_average(self.trees, self.scorecards, self.shares, seen))

    def probabilities(self, values: Floats) -> Floats:
        """The calibrated probability of default of each row."""
        raw = _average(self.trees, self.scorecards, self.shares, narrow(values))
        return self.calibration.probabilities(raw)

    def contributions(self, values: Floats) -> Floats:
        """What each feature of each row adds to the log-odds, by path attribution."""
        return self.nodes.contributions(narrow(values))


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
    seen_by: tuple[Bools, Bools] | None = None,
    seed: int = SEED,
) -> Champion:
    """Fit all members on all rows; shares and calibration come from rows held back.

    `augment` is the hook of reject inference: it may add refused rows with weights, by which
    nothing is judged. `seen_by`
    says which features trees see and which scorecards see; all of both where it is not given.
    """
    known = np.ones(len(bad), np.bool_)
    if augment is not None:
        more = augment(values, bad)
        known = np.arange(len(more.bad)) < len(bad)
        values, bad, weights, scorecard = more.values, more.bad, more.weights, None
    sample = _Sample(
        values=values, bad=bad, names=tuple(names), monotone=monotone, missing=missing,
        weights=np.ones(len(bad)) if weights is None else weights, seed=seed, known=known,
        seen_by=seen_by or (np.ones(values.shape[1], np.bool_),) * 2,
    )  # fmt: skip
    shapes = members(sample.rows)
    cards = _scorecards(sample, scorecard)
    plan = _planned(sample, shapes, len(cards), calibration)
    counting = [place for place in range(len(shapes)) if plan.shares[place]]
    trees = tuple(_all_rows(sample, shapes[place], plan.rounds[place]) for place in counting)
    kept = (*(plan.shares[place] for place in counting), *plan.shares[len(shapes) :])
    return Champion(
        trees=trees, scorecards=cards, shares=kept, calibration=plan.line,
        nodes=_nodes(trees, cards, kept, plan.line, values), rounds=plan.rounds,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plan:
    """What rows held back decide: how many trees, what each member counts, the correction."""

    rounds: tuple[int, ...]
    shares: tuple[float, ...]
    line: Calibration


def _planned(sample: _Sample, shapes: Sequence[Settings], cards: int, calibration: Kind) -> _Plan:
    shares = fixed_shares(len(shapes), cards, SCORECARD_SHARE)
    if sample.tiny:
        rounds_of_few = tuple(int(shape["rounds"]) for shape in shapes)
        return _Plan(rounds_of_few, shares, _line_of_few(sample, shapes, shares))
    choose = sample.rows >= ENOUGH_TO_CHOOSE
    rounds, logits, outcomes = [], [], []
    for part in range(1 if sample.rows >= MANY_ROWS else PARTS_HELD_BACK):
        held = sample.held_back(part)
        found = [_stopped(sample, held, shape) for shape in shapes]
        rounds.append([one.rounds for one in found])
        outcomes.append(sample.bad[held])
        judged = [one.logits for one in found]
        if choose or calibration != "none":
            seen = narrow(sample.values[held])
            judged += [_scorecard_logits(one, seen) for one in _scorecards(sample.part(~held))]
        logits.append(np.array(judged))
    stopped = rounds_of_all(np.mean(rounds, axis=0).tolist(), sample.rows)
    if not choose and calibration == "none":
        return _Plan(stopped, shares, Calibration())
    scores, truth = np.concatenate(logits, axis=1), np.concatenate(outcomes)
    if choose:
        shares = chosen_shares(scores, truth)
    return _Plan(stopped, shares, fit_calibration(calibration, truth, shares @ scores))


def _line_of_few(
    sample: _Sample, shapes: Sequence[Settings], shares: Sequence[float]
) -> Calibration:
    """The line of a tiny sample's log-odds, from parts held back in turn."""
    logits, outcomes = [], []
    for part in range(TINY_PARTS):
        held = sample.held_back(part, 1 / TINY_PARTS)
        others = sample.part(~held)
        trees = [_all_rows(others, shape, int(shape["rounds"])) for shape in shapes]
        logits.append(_average(trees, _scorecards(others), shares, narrow(sample.values[held])))
        outcomes.append(sample.bad[held])
    return fit_calibration("platt", np.concatenate(outcomes), np.concatenate(logits))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sample:
    """What all members are fitted on."""

    values: Floats
    bad: Bools
    names: tuple[str, ...]
    monotone: Sequence[int] | None
    missing: MissingPolicy
    weights: Floats
    known: Bools
    """Rows whose outcome was seen; the others are fitted with weights and judge nothing."""
    seed: int
    seen_by: tuple[Bools, Bools]

    @property
    def for_trees(self) -> Floats:
        """The values without what trees do not see: a column of nothing is never split."""
        return np.where(self.seen_by[0], self.values, np.nan)

    @property
    def for_scorecards(self) -> Floats:
        return np.where(self.seen_by[1], self.values, np.nan)

    @property
    def rows(self) -> int:
        """How many outcomes were seen: what the size of the recipe follows."""
        return int(self.known.sum())

    def held_back(self, part: int, share: float = HELD_BACK) -> Bools:
        """Rows that judge, all of them with an outcome that was seen."""
        held = np.zeros(len(self.bad), np.bool_)
        held[self.known] = stratified_share(self.bad[self.known], share, self.seed, part)
        return held

    @property
    def tiny(self) -> bool:
        return self.rows < TINY

    def part(self, rows: Bools) -> _Sample:
        return replace(
            self, values=self.values[rows], bad=self.bad[rows], weights=self.weights[rows],
            known=self.known[rows],
        )  # fmt: skip


def _scorecards(sample: _Sample, fitted: Scorecard | None = None) -> tuple[Scorecard, ...]:
    """The plain scorecard and the one of ranks; the latter alone where bads are too few for bins.

    Bins follow no sign, so where a caller fixes signs no scorecard takes part.
    """
    if sample.monotone is not None and any(sample.monotone):
        return ()
    ranks = fit_rank_scorecard(
        sample.for_scorecards, sample.bad, sample.names, missing=sample.missing,
        weights=sample.weights, seed=sample.seed,
    )  # fmt: skip
    if sample.tiny:
        return (ranks,)
    plain = fitted or fit_scorecard(
        sample.for_scorecards, sample.bad, sample.names, missing=sample.missing,
        weights=sample.weights,
    )  # fmt: skip
    return plain, ranks


def _stopped(sample: _Sample, held: Bools, shape: Settings) -> Stopped:
    return rounds_found(
        sample.for_trees, sample.bad, held, shape, sample.monotone, sample.weights,
        missing_is_worst=sample.missing == "worst", seed=sample.seed,
    )  # fmt: skip


def _all_rows(sample: _Sample, shape: Settings, rounds: int) -> Trees:
    return fit_trees(
        sample.for_trees, sample.bad, monotone=sample.monotone, seed=sample.seed,
        weights=sample.weights, missing_is_worst=sample.missing == "worst",
        recipe=Recipe(members=({**shape, "rounds": rounds},) * bags(sample.rows)),
    )  # fmt: skip


def _average(
    trees: Sequence[Trees], cards: Sequence[Scorecard], shares: Sequence[float], seen: Floats
) -> Floats:
    total = np.zeros(len(seen))
    for one, share in zip(trees, shares, strict=False):
        total += share * one.logits_of_seen(seen)
    for card, share in zip(cards, shares[len(trees) :], strict=True):
        if share:
            total += share * _scorecard_logits(card, seen)
    return total


def _scorecard_logits(card: Scorecard, seen: Floats) -> Floats:
    return np.asarray(card.intercept + card.contributions(seen).sum(axis=1), np.float64)


def _nodes(
    trees: Sequence[Trees], cards: Sequence[Scorecard], shares: Sequence[float],
    line: Calibration, values: Floats,
) -> Nodes:  # fmt: skip
    weights = [share * line.slope for share in shares]
    parts = [one.nodes.scaled(weight) for one, weight in zip(trees, weights, strict=False)]
    for card, weight in zip(cards, weights[len(trees) :], strict=True):
        if weight:
            parts.append(scorecard_nodes(card, values).scaled(weight))
    return joined(parts).scaled(1.0, line.level)


def told(champion: Champion) -> dict[str, Any]:
    """What the champion consists of, for the card."""
    return {
        "members": [
            {"share": round(share, 4), "boosters": len(one.boosters), "trees": len(one.nodes.roots)}
            for one, share in zip(champion.trees, champion.shares, strict=False)
        ],
        "scorecard_shares": [round(share, 4) for share in champion.shares[len(champion.trees) :]],
        "calibration": champion.calibration.told(),
    }
