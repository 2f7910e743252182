"""Allocations: never more than allowed, profits counted anew, bounds that hold for any prices."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.models.answer import ModelInputNotValid
from risk.domain.portfolio.allocation import AllocationNotValid, Choice, portfolio_of
from risk.domain.portfolio.certificate import Prices, bound_fen
from risk.domain.portfolio.problem import Concentration
from tests.support.portfolio import (
    COARSE,
    TERMS,
    WAN_FEN,
    a_candidate,
    a_problem,
    best_portfolio,
    enumerated,
    greedy,
    plain_profit,
    some_candidates,
    tabulated,
)

seeds = st.integers(0, 10**6)
FREE = Prices(budget=0)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, budget=st.integers(1, 12).map(lambda tens: 10 * tens))
def test_the_table_finds_what_enumeration_finds(seed, budget) -> None:
    problem = a_problem(some_candidates(4, seed), budget_wan=budget, terms=COARSE)

    found = best_portfolio(problem)

    best = enumerated(problem)
    assert best - Fraction(len(found.allocations), 100) <= Fraction(found.profit_fen, 100) <= best
    assert tabulated(problem) == pytest.approx(float(best), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, budget=st.integers(10, 130))
def test_an_allocation_keeps_every_rule(seed, budget) -> None:
    found = best_portfolio(a_problem(some_candidates(5, seed), budget_wan=budget))

    assert found.total_fen <= budget * WAN_FEN
    for one in found.allocations:
        assert TERMS.min_fen <= one.amount_fen <= one.candidate.cap_fen(TERMS)
        assert one.amount_fen % TERMS.step_fen == 0
        assert TERMS.min_bps <= one.rate_bps <= TERMS.max_bps
        exact = plain_profit(TERMS, one.candidate, one.amount_fen, one.rate_bps) * 100
        assert one.profit_fen <= exact < one.profit_fen + 1
    assert found.profit_fen == sum(one.profit_fen for one in found.allocations)
    assert found.profit_fen <= found.bound_fen


@settings(max_examples=25, deadline=None)
@given(seed=seeds, prices=st.tuples(*[st.integers(0, 5 * 10**7)] * 4), budget=st.integers(1, 12))
def test_the_bound_holds_for_any_prices(seed, prices, budget) -> None:
    problem = a_problem(
        some_candidates(4, seed),
        budget_wan=10 * budget,
        terms=COARSE,
        concentration=Concentration(sector_ppm=500_000),
    )
    given_prices = Prices(budget=prices[0], limits=prices[1 : 1 + len(problem.limits)])

    assert bound_fen(problem, given_prices) >= enumerated(problem) * 100


@settings(max_examples=30, deadline=None)
@given(seed=seeds, budget=st.integers(10, 400))
def test_the_greedy_price_proves_the_relaxations_value(seed, budget) -> None:
    """Two independent ways: prices and firms apart, or filling the budget by profit per yuan."""
    problem = a_problem(some_candidates(8, seed), budget_wan=budget)

    value, prices = greedy(problem)

    bound = bound_fen(problem, prices)
    assert value * 100 <= bound <= value * 100 + 1 + Fraction(problem.budget_fen, 10**9)
    for other in (prices.budget * 9 // 10, prices.budget * 11 // 10 + 1):
        assert bound_fen(problem, Prices(budget=other)) >= value * 100


@settings(max_examples=10, deadline=None)
@given(seed=seeds, budget=st.integers(10, 100), more=st.integers(1, 50))
def test_more_budget_never_brings_less(seed, budget, more) -> None:
    problem = a_problem(some_candidates(4, seed), budget_wan=budget)

    smaller = best_portfolio(problem)
    larger = best_portfolio(problem.with_budget((budget + more) * WAN_FEN))

    assert larger.profit_fen >= smaller.profit_fen - len(larger.allocations)


def test_the_same_question_with_another_budget_has_the_same_frontiers() -> None:
    problem = a_problem(some_candidates(6))

    assert problem.with_budget(50 * WAN_FEN).firms == a_problem(some_candidates(6)).firms


def test_offers_above_the_budget_are_refused() -> None:
    problem = a_problem([a_candidate("N1"), a_candidate("N2")], budget_wan=150)
    choices = [Choice(firm=firm, option=_last(problem, firm), steps=100) for firm in (0, 1)]

    with pytest.raises(AllocationNotValid, match="budget"):
        portfolio_of(problem, choices, FREE)


@pytest.mark.parametrize("steps", [0, 9, 101])
def test_an_amount_outside_its_bounds_is_refused(steps) -> None:
    problem = a_problem([a_candidate()], budget_wan=500)

    with pytest.raises(AllocationNotValid, match="bounds"):
        portfolio_of(problem, [Choice(firm=0, option=_last(problem, 0), steps=steps)], FREE)


def test_a_firm_that_is_chosen_twice_is_refused() -> None:
    problem = a_problem([a_candidate()], budget_wan=500)
    choice = Choice(firm=0, option=_last(problem, 0), steps=100)

    with pytest.raises(AllocationNotValid, match="twice"):
        portfolio_of(problem, [choice, choice], FREE)


def test_a_groups_limit_is_kept() -> None:
    problem = a_problem(
        [a_candidate("N1"), a_candidate("N2")],
        budget_wan=300,
        concentration=Concentration(sector_ppm=500_000),
    )
    choices = [Choice(firm=firm, option=_last(problem, firm), steps=100) for firm in (0, 1)]

    assert [(one.kind, one.group, one.most_fen) for one in problem.limits] == [
        ("sector", "F", 150 * WAN_FEN)
    ]
    with pytest.raises(AllocationNotValid, match="limit of sector F"):
        portfolio_of(problem, choices, Prices(budget=0, limits=(0,)))


def test_a_bound_takes_no_negative_price_and_one_for_each_limit() -> None:
    problem = a_problem([a_candidate()])

    with pytest.raises(ModelInputNotValid, match="negative"):
        bound_fen(problem, Prices(budget=-1))
    with pytest.raises(ModelInputNotValid, match="one for each"):
        bound_fen(problem, Prices(budget=1, limits=(1,)))


def test_a_budget_below_the_least_loan_and_a_firm_twice_are_refused() -> None:
    with pytest.raises(ModelInputNotValid, match="budget_fen"):
        a_problem([a_candidate()], budget_wan=9)
    with pytest.raises(ModelInputNotValid, match="every firm once"):
        a_problem([a_candidate(), a_candidate()])


def test_old_offers_are_counted_anew_under_other_assumptions() -> None:
    found = best_portfolio(a_problem([a_candidate()], budget_wan=100))
    riskier = a_candidate(pd_ppm=60_000)

    (offer,) = found.allocations
    exact = plain_profit(TERMS, riskier, offer.amount_fen, offer.rate_bps) * 100
    again = found.profit_under_fen([riskier], TERMS)
    assert again <= exact < again + 1
    assert found.profit_under_fen([a_candidate()], TERMS) == found.profit_fen
    dearer = found.profit_under_fen([a_candidate()], replace(TERMS, lgd_ppm=900_000))
    assert dearer < found.profit_fen


def _last(problem, firm: int) -> int:
    return len(problem.firms[firm][1]) - 1
