"""AUC and KS against brute force, and the interval against what it promises."""

from __future__ import annotations

import random
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.monitoring.discrimination import (
    Ranked,
    auc_interval_ppm,
    auc_ppm,
    by_vintage,
    discrimination,
    ks_ppm,
)
from risk.domain.monitoring.thresholds import share_ppm
from tests.support.monitoring import MODEL, an_outcome

RANKED = st.lists(st.builds(Ranked, st.integers(0, 12), st.booleans()), max_size=40)
BOTH_KINDS = RANKED.filter(lambda many: {one.bad for one in many} == {True, False})


def brute_force_auc(ranked: list[Ranked]) -> int | None:
    pairs = [
        (bad.pd_ppm > good.pd_ppm) * 2 + (bad.pd_ppm == good.pd_ppm)
        for bad in ranked
        for good in ranked
        if bad.bad and not good.bad
    ]
    return share_ppm(sum(pairs), 2 * len(pairs))


def brute_force_ks(ranked: list[Ranked]) -> int:
    bad = [one.pd_ppm for one in ranked if one.bad]
    good = [one.pd_ppm for one in ranked if not one.bad]
    distances = [
        abs(sum(x <= cut for x in bad) * len(good) - sum(x <= cut for x in good) * len(bad))
        for cut in range(13)
    ]
    return share_ppm(max(distances), len(bad) * len(good)) or 0


@given(RANKED)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(ranked: list[Ranked]) -> None:
    assert auc_ppm(ranked) == brute_force_auc(ranked)


@given(BOTH_KINDS)
def test_the_ks_is_the_widest_gap_between_the_distributions(ranked: list[Ranked]) -> None:
    assert ks_ppm(ranked) == brute_force_ks(ranked)


@given(BOTH_KINDS)
def test_ks_and_auc_stay_within_their_bounds(ranked: list[Ranked]) -> None:
    auc, ks = auc_ppm(ranked), ks_ppm(ranked)
    assert auc is not None
    assert ks is not None

    assert 0 <= ks <= 1_000_000
    assert abs(2 * auc - 1_000_000) <= 2 * ks + 2, "2·AUC - 1 averages gaps of at most twice KS"


@given(BOTH_KINDS)
def test_turning_the_score_round_turns_the_auc_round(ranked: list[Ranked]) -> None:
    turned = [Ranked(12 - one.pd_ppm, one.bad) for one in ranked]
    auc, other = auc_ppm(ranked), auc_ppm(turned)
    assert auc is not None
    assert other is not None

    assert abs(auc + other - 1_000_000) <= 1
    assert ks_ppm(turned) == ks_ppm(ranked)


@given(BOTH_KINDS)
def test_only_the_order_of_the_scores_counts(ranked: list[Ranked]) -> None:
    stretched = [Ranked(one.pd_ppm**2 + 7, one.bad) for one in ranked]

    assert (auc_ppm(stretched), ks_ppm(stretched)) == (auc_ppm(ranked), ks_ppm(ranked))


@given(BOTH_KINDS)
def test_the_interval_holds_the_auc_and_stays_a_probability(ranked: list[Ranked]) -> None:
    low, high = auc_interval_ppm(ranked)
    auc = auc_ppm(ranked)

    assert (low is None) == (high is None)
    if low is not None and high is not None and auc is not None:
        assert 0 <= low <= auc <= high <= 1_000_000


def test_the_interval_holds_the_true_auc_19_times_of_20() -> None:
    """Two normal scores one deviation apart: the true AUC is 0.7602."""
    chance = random.Random(1988)

    def one_sample() -> bool:
        ranked = [
            Ranked(int(1e6 * (chance.gauss(bad, 1) + 10)), bool(bad))
            for bad in (0, 1)
            for _ in range(60)
        ]
        low, high = auc_interval_ppm(ranked)
        return low is not None and high is not None and low <= 760_250 <= high

    held = sum(one_sample() for _ in range(300))
    assert held / 300 == pytest.approx(0.95, abs=0.035)


def test_a_perfect_ranking_has_no_interval() -> None:
    ranked = [Ranked(1, False)] * 12 + [Ranked(2, True)] * 12

    found = discrimination("2026-07", ranked)
    assert (found.auc_ppm, found.ks_ppm) == (1_000_000, 1_000_000)
    assert (found.auc_low_ppm, found.auc_high_ppm) == (None, None)


@pytest.mark.parametrize(
    ("bad", "good", "enough"), [(9, 500, False), (500, 9, False), (10, 10, True)]
)
def test_too_few_outcomes_of_either_kind_have_no_figure(bad: int, good: int, enough: bool) -> None:
    ranked = [Ranked(5, True)] * bad + [Ranked(5, False)] * good

    found = discrimination("2026-07", ranked)
    assert (found.enough, found.ks_ppm is not None) == (enough, enough)
    assert (found.count, found.bad) == (bad + good, bad)


def test_each_month_of_decision_is_a_vintage_and_all_of_them_come_last() -> None:
    outcomes = [
        an_outcome(number, decided_as_of=date(2026, month, 30))
        for number, month in enumerate((7, 5, 5, 6))
    ]

    found = by_vintage(outcomes, MODEL, "1.0.0")
    assert [(one.vintage, one.count) for one in found] == [
        ("2026-05", 2),
        ("2026-06", 1),
        ("2026-07", 1),
        ("all", 4),
    ]
    assert all(one.vintage < other.vintage for one, other in pairwise(found))


def test_an_outcome_without_a_score_is_in_no_vintage() -> None:
    assert by_vintage([an_outcome()], "another", "1.0.0") == ()
