"""The figures of a model: hand-checked cases, and what must hold for any scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.models.training.calibration import Calibration, fit_calibration
from layers.models.training.member_shares import chosen_shares, fixed_shares
from layers.models.training.metrics import (
    approval_rate,
    auc,
    brier,
    calibration_line,
    calibration_slope,
    kolmogorov_smirnov,
    lift,
    logit,
    psi,
    sigmoid,
)

SCORES = st.lists(
    st.tuples(st.booleans(), st.integers(1, 99).map(lambda number: number / 100)),
    min_size=4,
    max_size=60,
).filter(lambda rows: 0 < sum(bad for bad, _ in rows) < len(rows))


def arrays(rows: list[tuple[bool, float]]) -> tuple[Any, Any]:
    bad, scores = zip(*rows, strict=True)
    return np.array(bad), np.array(scores)


@given(SCORES)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[bool, float]]) -> None:
    bad, scores = arrays(rows)

    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high in scores[bad]
        for low in scores[~bad]
    ]

    assert auc(bad, scores) == pytest.approx(np.mean(pairs))


@given(SCORES)
def test_a_ranking_does_not_change_with_its_scale(rows: list[tuple[bool, float]]) -> None:
    bad, scores = arrays(rows)

    for figure in (auc, kolmogorov_smirnov):
        assert figure(bad, logit(scores)) == pytest.approx(figure(bad, scores))


@given(SCORES)
def test_ks_is_the_widest_gap_between_the_two_distributions(rows: list[tuple[bool, float]]) -> None:
    bad, scores = arrays(rows)

    gaps = [
        abs(float((scores[bad] <= cut).mean()) - float((scores[~bad] <= cut).mean()))
        for cut in scores
    ]

    assert kolmogorov_smirnov(bad, scores) == pytest.approx(max(gaps))


@given(SCORES, st.floats(0, 0.5))
def test_no_larger_approval_keeps_the_bound(rows: list[tuple[bool, float]], bound: float) -> None:
    bad, scores = arrays(rows)

    approved = approval_rate(bad, scores, bound)

    fine = [float((scores <= cut).mean()) for cut in scores if bad[scores <= cut].mean() <= bound]
    assert approved == pytest.approx(max(fine, default=0.0))


def test_approval_of_a_perfect_ranking_reaches_all_goods_and_the_bads_that_fit() -> None:
    bad = np.array([False] * 98 + [True] * 2)

    assert approval_rate(bad, np.arange(100) / 100, 0.015) == 0.99


def test_right_probabilities_have_slope_one_and_exaggerated_ones_a_half() -> None:
    random = np.random.default_rng(42)
    logits = random.normal(-1, 1.5, 60_000)
    bad = random.random(60_000) < sigmoid(logits)

    assert calibration_slope(bad, sigmoid(logits)) == pytest.approx(1.0, abs=0.03)
    assert calibration_slope(bad, sigmoid(2 * logits)) == pytest.approx(0.5, abs=0.02)
    assert brier(bad, sigmoid(logits)) < brier(bad, sigmoid(2 * logits))


def test_a_line_that_outcomes_do_not_determine_is_not_a_number() -> None:
    assert np.isnan(calibration_line(np.array([True, True]), np.array([0.0, 1.0]))).all()


@given(st.lists(st.floats(0, 1), min_size=20, max_size=100))
def test_a_population_is_stable_against_itself(scores: list[float]) -> None:
    assert psi(np.array(scores), np.array(scores)) == pytest.approx(0.0, abs=1e-9)


def test_a_moved_population_raises_the_alarm() -> None:
    scores = np.random.default_rng(42).normal(size=5_000)

    assert psi(scores, scores + 0.1) < 0.10
    assert psi(scores, scores + 1.0) > 0.25


def test_lift_of_a_perfect_ranking_is_all_in_the_first_tenths() -> None:
    bad = np.arange(100) >= 90

    assert lift(bad, np.arange(100) / 100).tolist() == [10.0] + [0.0] * 9


@given(SCORES)
def test_platt_keeps_the_ranking_and_corrects_the_mean(rows: list[tuple[bool, float]]) -> None:
    bad, scores = arrays(rows)

    fitted = fit_calibration("platt", bad, logit(scores))

    assert fitted.slope > 0
    assert auc(bad, fitted.probabilities(logit(scores))) == pytest.approx(auc(bad, scores))
    separable = auc(bad, scores) in (0.0, 1.0)
    if fitted.kind == "platt" and not separable and fitted.slope < 20:
        mean = fitted.probabilities(logit(scores)).mean()
        assert mean == pytest.approx(bad.mean(), abs=1e-2)


def test_steps_are_read_between_their_knots() -> None:
    steps = Calibration(kind="isotonic", knots=((0.0, 0.1), (1.0, 0.9)))

    assert steps.probabilities(np.array([0.0]))[0] == pytest.approx(0.5)


def test_a_member_that_knows_nothing_counts_nothing() -> None:
    random = np.random.default_rng(42)
    truth = random.normal(size=2_000)
    bad = random.random(2_000) < sigmoid(truth)
    members = np.array([truth + random.normal(0, 0.2, 2_000), random.normal(0, 3, 2_000)])

    assert chosen_shares(members, bad) == (1.0, 0.0)


@given(st.integers(1, 5), st.integers(0, 2))
def test_fixed_shares_are_one_together(shapes: int, cards: int) -> None:
    shares = fixed_shares(shapes, cards, 0.4)

    assert len(shares) == shapes + cards
    assert sum(shares) == pytest.approx(1.0)
