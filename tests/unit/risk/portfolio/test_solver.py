"""The solver: its kept answer proven best by other means, and given again by HiGHS itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.portfolio_solver import solve_all
from risk.domain.portfolio.allocation import Choice, Portfolio, portfolio_of
from risk.domain.portfolio.certificate import Prices
from risk.domain.portfolio.problem import Concentration, Problem
from tests.support.portfolio import (
    COARSE,
    TERMS,
    WAN_FEN,
    a_problem,
    enumerated,
    greedy,
    some_candidates,
    tabulated,
)

KEPT = Path(__file__).with_name("kept_answer.json")
"""What HiGHS answered to `the_problem`; a test below asks it again."""


def the_problem() -> Problem:
    """Forty invented firms and a budget for about half of them."""
    return a_problem(some_candidates(40, seed=7), budget_wan=1_155)


def kept() -> Portfolio:
    answer = json.loads(KEPT.read_text(encoding="utf-8"))
    choices = [Choice(**one) for one in answer["choices"]]
    return portfolio_of(the_problem(), choices, Prices(budget=answer["budget_price_e9"]))


def test_the_kept_answer_is_the_best_that_a_table_over_budgets_finds() -> None:
    found = kept()

    rounding = len(found.allocations) / 100
    best = tabulated(the_problem())
    assert best - rounding - 0.01 <= found.profit_fen / 100 <= best + 0.01


def test_the_kept_price_is_that_of_the_fractional_knapsack() -> None:
    value, prices = greedy(the_problem())

    assert kept().prices.budget == pytest.approx(prices.budget, abs=2)
    assert kept().bound_fen / 100 == pytest.approx(float(value), abs=0.03)


@pytest.mark.full
def test_the_solver_gives_the_kept_answer_again() -> None:
    (solved,) = solve_all([the_problem()], say=lambda _: None)

    assert solved.status == "optimal"
    assert solved.portfolio.allocations == kept().allocations
    assert solved.portfolio.prices.budget == pytest.approx(kept().prices.budget, abs=1)


@pytest.mark.full
def test_the_solver_finds_what_enumeration_finds_with_limits() -> None:
    problems = [
        a_problem(
            some_candidates(5, seed),
            budget_wan=30 + 10 * seed,
            terms=COARSE,
            concentration=Concentration(sector_ppm=600_000, grade_ppm=700_000),
        )
        for seed in range(12)
    ]

    for problem, solved in zip(problems, solve_all(problems, say=lambda _: None), strict=True):
        best, found = float(enumerated(problem)), solved.portfolio
        assert best - 0.05 <= found.profit_fen / 100 <= best + 1e-6
        assert found.bound_fen / 100 >= best - 1e-6
        assert solved.relaxed_yuan == pytest.approx(found.bound_fen / 100, abs=0.05)


@pytest.mark.full
def test_the_solver_finds_what_a_table_finds_and_more_budget_never_brings_less() -> None:
    problem = a_problem(some_candidates(40, seed=3), budget_wan=100)
    problems = [problem.with_budget(wan * WAN_FEN) for wan in range(100, 2_600, 150)]

    answers = [one.portfolio for one in solve_all(problems, say=lambda _: None)]

    profits = [one.profit_fen / 100 for one in answers]
    assert profits == pytest.approx([tabulated(one) for one in problems], abs=0.5)
    assert profits == sorted(profits)
    prices = [one.prices.budget for one in answers]
    assert prices == sorted(prices, reverse=True)


@pytest.mark.full
def test_nobody_to_offer_anything_to_is_an_answer() -> None:
    (solved,) = solve_all([a_problem([], terms=TERMS)], say=lambda _: None)

    assert (solved.status, solved.portfolio.allocations, solved.portfolio.bound_fen) == (
        "optimal",
        (),
        0,
    )
