"""Gradient boosted trees: fitted by LightGBM, kept as a sum of trees that explains itself.

Settings are fixed in advance and follow from the number of rows alone. How many trees there are is
decided by the log-loss on 15 % of the training rows held back; then all rows are fitted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from layers.models.training.lightgbm_nodes import nodes_of, refuse_unfaithful
from layers.models.training.metrics import Bools, Floats, sigmoid
from layers.models.training.nodes import Nodes, joined, narrow

STANDS_FOR_MISSING: Final = float(np.float32(1e30))
"""Beyond every value that exists, on the risky side, for features whose missing is the worst."""
HELD_BACK: Final = 0.15
PATIENCE_ROUNDS: Final = 60
MOST_ROUNDS: Final = 2_000
FEWEST_ROUNDS: Final = 10
LEARNING_RATE: Final = 0.03
SEED: Final = 42

Settings = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A fitted sum of trees on log-odds."""

    nodes: Nodes
    """What is exported and explained."""
    boosters: tuple[Any, ...] = field(repr=False)
    """LightGBM's own models, against which the exported graph is proven."""
    monotone: tuple[int, ...] | None
    missing_is_worst: bool

    def logits(self, values: Floats) -> Floats:
        """The log-odds of each row, as LightGBM says them: the mean of the boosters."""
        return self.logits_of_seen(narrow(values))

    def logits_of_seen(self, seen: Floats) -> Floats:
        """The same of rows taken as they are, without rounding: what the graph is compared with."""
        rows = _without_missing(seen, self.monotone) if self.missing_is_worst else seen
        each = [booster.predict(rows, raw_score=True, num_threads=1) for booster in self.boosters]
        return np.asarray(np.mean(each, axis=0), np.float64)

    def probabilities(self, values: Floats) -> Floats:
        """The probability of default of each row, as LightGBM says it."""
        return sigmoid(self.logits(values))

    def contributions(self, values: Floats) -> Floats:
        """What each feature of each row adds to the log-odds, by path attribution."""
        return self.nodes.contributions(narrow(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The boosters whose log-odds are averaged, each as settings that differ from the usual."""

    members: tuple[Settings, ...] = ({},)
    held_back: float = HELD_BACK


def usual_settings(rows: int) -> Settings:
    """The settings that follow from the number of training rows."""
    leaves = 7 if rows < 2_000 else 15 if rows < 50_000 else 31
    return {
        "objective": "binary",
        "learning_rate": LEARNING_RATE,
        "num_leaves": leaves,
        "min_data_in_leaf": max(5, min(rows // 100, 500)),
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "feature_fraction": 0.6,
        "lambda_l2": 5.0,
        "num_threads": 1,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
    }


def fit_trees(  # noqa: PLR0913  (one argument per thing that a caller may fix)
    values: Floats,
    bad: Bools,
    *,
    monotone: Sequence[int] | None = None,
    seed: int = SEED,
    weights: Floats | None = None,
    missing_is_worst: bool = False,
    recipe: Recipe | None = None,
    settings: Settings | None = None,
) -> Trees:
    """Fit the boosters of a recipe (one, if none is given).

    `monotone` says for each feature whether its risk only rises (1), only falls (-1) or is free
    (0). With `missing_is_worst` a missing value of a feature that is not free counts as the
    riskiest that exists, at every split, so that leaving it out can never lower the probability.
    """
    signs = None if monotone is None else tuple(int(sign) for sign in monotone)
    if signs is not None and len(signs) != values.shape[1]:
        raise ValueError(f"monotone: {len(signs)} signs for {values.shape[1]} features")
    seen = narrow(values)
    if missing_is_worst:
        seen = _without_missing(seen, signs)
    counted = np.ones(len(bad)) if weights is None else weights
    plan = recipe or Recipe()
    boosters = []
    for number, member in enumerate(plan.members):
        chosen = {**usual_settings(len(bad)), "seed": seed + number, **(settings or {}), **member}
        if signs is not None:
            chosen |= {"monotone_constraints": list(signs)}
        refuse_unfaithful(chosen)
        boosters.append(_boosted(seen, bad, counted, chosen, plan.held_back, seed))
    sides = {}
    if signs is not None and missing_is_worst:
        sides = {place: sign < 0 for place, sign in enumerate(signs) if sign}
    share = 1.0 / len(boosters)
    nodes = joined([nodes_of(booster, sides).scaled(share) for booster in boosters])
    return Trees(nodes, tuple(boosters), signs, missing_is_worst)


def _without_missing(seen: Floats, signs: Sequence[int] | None) -> Floats:
    """Missing values of features that are not free, put beyond the riskiest value."""
    filled = seen.copy()
    for place, sign in enumerate(signs or ()):
        if sign:
            filled[np.isnan(filled[:, place]), place] = sign * STANDS_FOR_MISSING
    return filled


def _boosted(
    values: Floats, bad: Bools, weights: Floats, settings: Settings, held_back: float, seed: int
) -> Any:
    """Find the number of trees on rows held back, then fit all rows with as many."""
    import lightgbm

    own = {key: value for key, value in settings.items() if key != "rounds"}
    rounds = settings.get("rounds")
    if rounds is None:
        held = stratified_share(bad, held_back, seed)
        rounds, _ = _early_stopped(values, bad, held, weights, own)
    data = lightgbm.Dataset(values, bad.astype(np.float64), weight=weights)
    return lightgbm.train(own, data, num_boost_round=rounds)


@dataclass(frozen=True, slots=True, eq=False)
class Stopped:
    """Where rows held back told the boosting to stop, and what they were scored then."""

    rounds: int
    logits: Floats


def rounds_found(  # noqa: PLR0913
    values: Floats,
    bad: Bools,
    held: Bools,
    shape: Settings,
    monotone: Sequence[int] | None,
    weights: Floats,
    *,
    missing_is_worst: bool = False,
    seed: int = SEED,
) -> Stopped:
    """How many trees of a shape the rows held back want, and their log-odds."""
    seen = narrow(values)
    if missing_is_worst:
        seen = _without_missing(seen, monotone)
    chosen = {**usual_settings(len(bad)), "seed": seed, **shape}
    if monotone is not None:
        chosen |= {"monotone_constraints": [int(sign) for sign in monotone]}
    rounds, booster = _early_stopped(seen, bad, held, weights, chosen)
    return Stopped(
        rounds, booster.predict(seen[held], raw_score=True, num_iteration=rounds, num_threads=1)
    )


def _early_stopped(
    values: Floats, bad: Bools, held: Bools, weights: Floats, settings: Settings
) -> tuple[int, Any]:
    import lightgbm

    learned = lightgbm.Dataset(values[~held], bad[~held].astype(np.float64), weight=weights[~held])
    judged = lightgbm.Dataset(
        values[held], bad[held].astype(np.float64), weight=weights[held], reference=learned
    )
    booster = lightgbm.train(
        settings, learned, num_boost_round=MOST_ROUNDS, valid_sets=[judged],
        callbacks=[lightgbm.early_stopping(PATIENCE_ROUNDS, verbose=False)],
    )  # fmt: skip
    return max(int(booster.best_iteration), FEWEST_ROUNDS), booster


def stratified_share(bad: Bools, share: float, seed: int, part: int = 0) -> Bools:
    """A random share of the goods and the same share of the bads, at least one of each.

    Parts of one seed do not overlap as long as all of them together fit.
    """
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(bad), np.bool_)
    for outcome in (False, True):
        rows = random.permutation(np.flatnonzero(bad == outcome))
        count = max(round(len(rows) * share), 1)
        chosen[np.take(rows, range(part * count, (part + 1) * count), mode="wrap")] = True
    return chosen
