"""Champion and challenger on the same applications."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.domain.monitoring.challenger import Pair, compare, pairs_of, ranked_pairs
from risk.domain.monitoring.thresholds import Level
from tests.support.monitoring import a_scored, an_outcome


def test_only_applications_that_both_answered_are_compared() -> None:
    champion = [a_scored(number) for number in (0, 1, 2)]
    challenger = [a_scored(number, verdict="decline") for number in (2, 1, 7)]

    pairs = pairs_of(champion, challenger, [an_outcome(2, result="bad")])

    assert [(one.application_id, one.challenger, one.bad) for one in pairs] == [
        ("app-00001", "decline", None),
        ("app-00002", "decline", True),
    ]


def test_the_swap_set_says_who_was_sent_where_and_how_it_ended() -> None:
    champion = [a_scored(number) for number in range(4)]
    challenger = [
        a_scored(number, verdict=verdict)
        for number, verdict in enumerate(("approve", "decline", "decline", "refer"))
    ]
    outcomes = [an_outcome(1, result="bad"), an_outcome(2)]

    report = compare(pairs_of(champion, challenger, outcomes))

    swaps = {(one.champion, one.challenger): one for one in report.swaps}
    out = swaps["approve", "decline"]
    assert (out.count, out.known, out.bad) == (2, 2, 1)
    assert (len(swaps), sum(one.count for one in report.swaps)) == (9, 4)
    assert (report.count, report.agreement_ppm) == (4, 250_000)


def test_the_same_model_twice_agrees_in_everything() -> None:
    chance = random.Random(5)
    decisions = [a_scored(number, pd_ppm=chance.randrange(10**6)) for number in range(300)]
    outcomes = [
        an_outcome(number, result="bad" if chance.random() < 0.3 else "good")
        for number in range(300)
    ]

    report = compare(pairs_of(decisions, decisions, outcomes))

    assert (report.agreement_ppm, report.psi_ppm, report.level) == (1_000_000, 0, Level.GREEN)
    assert (report.difference_ppm, report.difference_low_ppm) == (0, None)
    assert not report.challenger_is_better


def test_a_challenger_that_knows_more_is_better_beyond_chance() -> None:
    chance = random.Random(7)
    pairs = []
    for number in range(400):
        bad = chance.random() < 0.3
        guess, better = chance.gauss(0.5 * bad, 1), chance.gauss(2.0 * bad, 1)
        pairs.append(
            Pair(
                application_id=f"app-{number}",
                champion_ppm=int(100_000 * (guess + 5)),
                challenger_ppm=int(100_000 * (better + 5)),
                champion="approve",
                challenger="approve",
                bad=bad,
            )
        )

    report = compare(pairs)

    assert report.challenger_is_better
    assert report.difference_ppm == pytest.approx(280_000, abs=80_000)


def test_without_outcomes_there_is_no_difference_to_speak_of() -> None:
    decisions = [a_scored(number) for number in range(20)]

    report = compare(pairs_of(decisions, decisions))

    assert (report.known, report.difference_ppm, report.challenger_is_better) == (0, None, False)
    assert report.level is Level.NOT_ENOUGH


def test_nobody_in_common_is_a_report_too() -> None:
    report = compare(())

    assert (report.count, report.agreement_ppm, report.psi_ppm) == (0, None, None)


SCORES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["approve", "refer"])),
    max_size=30,
)


@given(SCORES)
def test_two_models_are_compared_at_the_banks_own_number_of_approvals(
    scores: list[tuple[int, int, Any]],
) -> None:
    champion = [a_scored(n, pd_ppm=one, verdict=told) for n, (one, _, told) in enumerate(scores)]
    challenger = [a_scored(n, pd_ppm=two) for n, (_, two, _) in enumerate(scores)]

    pairs = ranked_pairs(champion, challenger)

    approved = sum(told == "approve" for _, _, told in scores)
    assert sum(one.champion == "approve" for one in pairs) == approved
    assert sum(one.challenger == "approve" for one in pairs) == approved
    left = [one.champion_ppm for one in pairs if one.champion == "approve"]
    right = [one.champion_ppm for one in pairs if one.champion != "approve"]
    assert max(left, default=0) <= min(right, default=5)


@given(SCORES)
def test_a_model_swaps_nobody_against_itself(scores: list[tuple[int, int, Any]]) -> None:
    decisions = [a_scored(n, pd_ppm=one, verdict=told) for n, (one, _, told) in enumerate(scores)]

    assert all(one.champion == one.challenger for one in ranked_pairs(decisions, decisions))
