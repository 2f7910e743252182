"""Scorecards with argued directions: bins keep them, missing is the worst, noise is left out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.models.training.metrics import Bools, Floats, auc
from layers.models.training.signed_woe import bin_signed, fit_signed

NAMES = ("late", "income", "noise")
SIGNS = (1, -1, 1)


def simulated(seed: int = 42, rows: int = 2_000) -> tuple[Floats, Bools]:
    """Lateness raises the risk, income lowers it, noise does nothing."""
    random = np.random.default_rng(seed)
    values = random.normal(0, 1, (rows, 3))
    chance = 1 / (1 + np.exp(-(values[:, 0] - values[:, 1] - 2.5)))
    return values, random.random(rows) < chance


@given(seed=st.integers(0, 10_000), sign=st.sampled_from((1, -1)))
@settings(max_examples=40, deadline=None)
def test_evidence_only_moves_in_the_argued_direction(seed: int, sign: int) -> None:
    values, bad = simulated(seed, 400)

    found = bin_signed("any", sign, values[:, 0], bad)

    assert list(found.evidence) == sorted(found.evidence, reverse=sign < 0)
    assert len(found.evidence) == len(found.edges) + 1


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_missing_value_is_never_better_than_a_known_one(seed: int) -> None:
    values, bad = simulated(seed, 600)

    card = fit_signed(NAMES, SIGNS, values, bad)

    assert all(points.missing >= max(points.bins) for points in card.points)


def test_an_input_against_its_argument_is_left_out() -> None:
    values, bad = simulated()

    card = fit_signed(NAMES, (-1, -1, 1), values, bad)

    assert "late" not in [points.feature.indicator for points in card.points]


def test_the_fitted_table_ranks_and_is_level() -> None:
    values, bad = simulated()

    card = fit_signed(NAMES[:2], SIGNS[:2], values[:, :2], bad)
    chances = card.probabilities(values[:, :2])

    assert auc(bad, chances) > 0.8
    assert abs(float(chances.mean()) - float(bad.mean())) < 0.01


def test_the_same_rows_give_the_same_points() -> None:
    values, bad = simulated()

    assert fit_signed(NAMES, SIGNS, values, bad) == fit_signed(NAMES, SIGNS, values, bad)
