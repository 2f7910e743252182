"""The stability index: its laws, its levels, and what chance alone makes of it."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.monitoring.psi import BinsDiffer, chance_ppm, psi_ppm
from risk.domain.monitoring.thresholds import Level, level_of, share_ppm

COUNTS = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), min_size=2, max_size=12)
POPULATIONS = COUNTS.map(lambda pairs: tuple(map(list, zip(*pairs, strict=True)))).filter(
    lambda both: sum(both[0]) > 0 and sum(both[1]) > 0
)


@settings(max_examples=50)
@given(POPULATIONS)
def test_the_index_is_never_negative(both: tuple[list[int], list[int]]) -> None:
    assert psi_ppm(*both) >= 0


@settings(max_examples=50)
@given(POPULATIONS)
def test_equal_shares_have_no_index(both: tuple[list[int], list[int]]) -> None:
    assert psi_ppm(both[0], [3 * count for count in both[0]]) == 0


@given(POPULATIONS, st.integers(0, 11))
def test_a_share_that_moves_visibly_has_one(both: tuple[list[int], list[int]], place: int) -> None:
    counts = both[0]
    moved = list(counts)
    moved[place % len(counts)] += sum(counts)
    single = counts[place % len(counts)] == sum(counts)

    assert (psi_ppm(counts, moved) > 0) is not single


@settings(max_examples=50)
@given(POPULATIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_bins_makes_no_difference(
    both: tuple[list[int], list[int]], chance: random.Random
) -> None:
    pairs = list(zip(*both, strict=True))
    chance.shuffle(pairs)

    assert psi_ppm([one for one, _ in pairs], [other for _, other in pairs]) == psi_ppm(*both)


@settings(max_examples=50)
@given(POPULATIONS, st.integers(2, 9))
def test_counting_everybody_several_times_makes_no_difference(
    both: tuple[list[int], list[int]], times: int
) -> None:
    expected, actual = both

    assert psi_ppm(expected, [times * count for count in actual]) == psi_ppm(expected, actual)


@settings(max_examples=50)
@given(POPULATIONS)
def test_it_is_the_same_in_both_directions(both: tuple[list[int], list[int]]) -> None:
    assert psi_ppm(*both) == psi_ppm(both[1], both[0])


@settings(max_examples=50)
@given(POPULATIONS)
def test_it_agrees_with_the_formula_in_floats(both: tuple[list[int], list[int]]) -> None:
    shares = [[max(one / sum(side), 0.0001) for one in side] for side in both]
    plain = sum((a - e) * math.log(a / e) for e, a in zip(*shares, strict=True))

    assert psi_ppm(*both) == pytest.approx(plain * 1e6, abs=1)


def test_an_empty_bin_counts_as_one_in_ten_thousand() -> None:
    expected = (0.1 - 0.0001) * math.log(0.1 / 0.0001) + (0.9 - 1) * math.log(0.9)

    assert psi_ppm([1, 9], [0, 10]) == round(expected * 1e6)


@pytest.mark.parametrize(("expected", "actual"), [([1, 2], [1]), ([0, 0], [1, 1]), ([1], [-1])])
def test_populations_that_cannot_be_compared_are_refused(
    expected: list[int], actual: list[int]
) -> None:
    with pytest.raises(BinsDiffer):
        psi_ppm(expected, actual)


@pytest.mark.parametrize(
    ("index", "level"),
    [
        (0, Level.GREEN),
        (99_999, Level.GREEN),
        (100_000, Level.YELLOW),
        (249_999, Level.YELLOW),
        (250_000, Level.RED),
    ],
)
def test_the_levels_change_at_a_tenth_and_at_a_quarter(index: int, level: Level) -> None:
    assert level_of(index, 100) is level


def test_too_few_decisions_have_no_level_whatever_their_index() -> None:
    assert {level_of(index, 99) for index in (0, 250_000)} == {Level.NOT_ENOUGH}


def test_an_unchanged_population_stays_below_the_bound_of_chance_19_times_of_20() -> None:
    chance = random.Random(2018)
    shares, draws, trials = [0.1] * 10, 500, 400

    def one_draw() -> int:
        counts = [0] * 10
        for place in chance.choices(range(10), shares, k=draws):
            counts[place] += 1
        return psi_ppm([100_000] * 10, counts)

    below = sum(one_draw() <= chance_ppm(10, None, draws) for _ in range(trials))
    assert below / trials == pytest.approx(0.95, abs=0.03)


def test_one_bin_and_nobody_leave_nothing_to_chance() -> None:
    assert (chance_ppm(1, 100, 100), chance_ppm(10, 100, 0)) == (0, 0)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_rounded_half_up(part: int, whole: int) -> None:
    share = share_ppm(part, whole)

    assert share is not None
    assert abs(share * whole - part * 1_000_000) * 2 <= whole
