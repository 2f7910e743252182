"""Narrowing leaves out much, and never the best: whatever is left out is proven to be worse."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.models.training.portfolio_narrowing import known_profit, narrow
from risk.domain.portfolio.certificate import PRICE
from risk.domain.portfolio.problem import Concentration
from tests.support.portfolio import COARSE, WAN_FEN, a_problem, greedy, some_candidates

STEP_YUAN = COARSE.step_fen / 100


def best_of(stated) -> float:
    """The best profit of a stated problem, by trying everything."""
    ways = []
    for firm in stated["firms"]:
        some = [
            (steps, option["slope"] * steps - option["fixed"], firm["limits"])
            for option in firm["options"]
            for steps in range(option["least"], option["most"] + 1)
        ]
        ways.append(some if firm.get("must") else [(0, 0.0, []), *some])
    best = float("-inf")
    for chosen in product(*ways):
        spent = sum(steps for steps, _, _ in chosen) <= stated["budget_steps"]
        within = all(
            sum(steps for steps, _, limits in chosen if at in limits) <= most
            for at, most in enumerate(stated["limits_steps"])
        )
        if spent and within:
            best = max(best, sum(profit for _, profit, _ in chosen))
    return best


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), budget=st.integers(1, 14))
def test_the_best_of_what_is_left_is_the_best_of_all(seed, budget) -> None:
    problem = a_problem(some_candidates(5, seed), budget_wan=10 * budget, terms=COARSE)
    value, prices = greedy(problem)
    stated = problem.stated()

    found = narrow(stated, float(value), [prices.budget / PRICE * STEP_YUAN])

    assert best_of(found.problem) == pytest.approx(best_of(stated), abs=1e-6)
    assert found.known_yuan <= best_of(stated) + 1e-6
    for firm, places in enumerate(found.places):
        for option, place in zip(found.problem["firms"][firm]["options"], places, strict=True):
            whole = stated["firms"][firm]["options"][place]
            assert whole["least"] <= option["least"] <= option["most"] <= whole["most"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), budget=st.integers(1, 14))
def test_greed_keeps_the_budget_and_the_limits(seed, budget) -> None:
    problem = a_problem(
        some_candidates(5, seed),
        budget_wan=10 * budget,
        terms=COARSE,
        concentration=Concentration(sector_ppm=600_000),
    )
    stated = problem.stated()

    known = known_profit(stated, [0.0] * (1 + len(problem.limits)))

    assert 0 <= known <= best_of(stated) + 1e-6


def test_much_is_left_out_of_a_larger_problem() -> None:
    problem = a_problem(some_candidates(60), budget_wan=1_500)
    value, prices = greedy(problem)

    found = narrow(problem.stated(), float(value), [prices.budget / PRICE * WAN_FEN / 100])

    options = sum(len(options) for _, options in problem.firms)
    assert sum(map(len, found.places)) < options / 3
