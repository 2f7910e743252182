"""Portfolios as tests make them, and other ways to the same answer: enumeration, tables, greed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np

from risk.adapters.packaged_terms import PackagedTerms
from risk.domain.portfolio.allocation import Choice, Portfolio, portfolio_of
from risk.domain.portfolio.candidate import Candidate
from risk.domain.portfolio.certificate import PRICE, Prices
from risk.domain.portfolio.frontier import least_rate_bps
from risk.domain.portfolio.problem import NO_LIMITS, Concentration, Problem, most_profit
from risk.domain.portfolio.terms import UNIT, Terms
from tests.support.risk import AS_OF, POLICIES

WAN_FEN = 1_000_000
TERMS = PackagedTerms().on(AS_OF, POLICIES.in_force(AS_OF).grades)
COARSE = replace(TERMS, step_fen=10 * WAN_FEN, max_fen=40 * WAN_FEN, step_bps=50)
"""Few amounts and few rates, so that everything can be enumerated."""
SECTORS = ("C", "E", "F")


def a_candidate(enterprise: str = "N1", **changes: Any) -> Candidate:
    """A firm of grade A that may have the most."""
    fields: dict[str, Any] = {
        "enterprise": enterprise,
        "verdict": "approve",
        "codes": (),
        "grade": "A",
        "pd_ppm": 30_000,
        "capacity_fen": 500 * WAN_FEN,
        "sector": "F",
        "trade_basis": "name",
    }
    return Candidate(**fields | changes)


def some_candidates(count: int, seed: int = 0) -> tuple[Candidate, ...]:
    """Different firms, always the same for a seed."""
    random = Random(seed)
    return tuple(
        a_candidate(
            f"N{at}",
            grade=random.choice("AABBC"),
            pd_ppm=random.randrange(10_000, 140_000),
            capacity_fen=random.randrange(5, 150) * WAN_FEN,
            sector=random.choice(SECTORS),
        )
        for at in range(count)
    )


def a_problem(
    candidates: Sequence[Candidate],
    *,
    budget_wan: int = 100,
    terms: Terms = TERMS,
    concentration: Concentration = NO_LIMITS,
) -> Problem:
    """A budget in 万元 for some firms."""
    return Problem(
        terms=terms,
        budget_fen=budget_wan * WAN_FEN,
        candidates=tuple(candidates),
        concentration=concentration,
    )


def plain_profit(terms: Terms, candidate: Candidate, amount_fen: int, rate_bps: int) -> Fraction:
    """The formula as docs/portfolio.md has it, in yuan."""
    assert candidate.pd_ppm is not None
    assert candidate.grade is not None
    lost = Fraction(terms.curves[candidate.grade].lost(rate_bps))
    kept = Fraction(int((1 - lost) * 10**6), 10**6)
    pd = Fraction(candidate.pd_ppm, 10**6)
    capital = (
        Fraction(terms.risk_weight_ppm, 10**6)
        * Fraction(terms.capital_ratio_ppm, 10**6)
        * Fraction(terms.capital_return_bps - terms.funding_bps, 10**4)
    )
    margin = (
        (1 - pd) * Fraction(rate_bps, 10**4)
        - pd * Fraction(terms.lgd_ppm, 10**6)
        - Fraction(terms.funding_bps + terms.operating_bps, 10**4)
        - capital
    )
    fen = kept * (amount_fen * margin - terms.cost_per_loan_fen) - terms.cost_per_offer_fen
    return fen / 100


def offered_rates(terms: Terms, candidate: Candidate) -> list[int]:
    """Every rate that may be offered to a firm."""
    least = least_rate_bps(candidate, terms)
    return [rate for rate in terms.rates if rate >= least]


def amounts(terms: Terms, candidate: Candidate) -> range:
    """Every amount that a firm may be offered, in fen."""
    least = -(-terms.min_fen // terms.step_fen) * terms.step_fen
    return range(least, candidate.cap_fen(terms) + 1, terms.step_fen)


def enumerated(problem: Problem) -> Fraction:
    """The best profit in yuan, by trying every amount of every firm; exponential."""
    eligible = [one for one in problem.candidates if one.refusal(problem.terms) is None]
    tables = [_profits(problem.terms, one) for one in eligible]
    best = Fraction(0)
    for chosen in product(*({0: Fraction(0), **table}.items() for table in tables)):
        if sum(amount for amount, _ in chosen) > problem.budget_fen:
            continue
        within = all(
            sum(
                amount
                for (amount, _), one in zip(chosen, eligible, strict=True)
                if limit.counts(one)
            )
            <= limit.most_fen
            for limit in problem.limits
        )
        if within:
            best = max(best, sum((profit for _, profit in chosen), Fraction(0)))
    return best


def tabulated(problem: Problem) -> float:
    """The best profit in yuan without limits, by a table over budgets (knapsack), in floats."""
    step = problem.terms.step_fen
    best = np.zeros(problem.budget_fen // step + 1)
    for one in problem.candidates:
        if one.refusal(problem.terms) is not None:
            continue
        before = best.copy()
        for amount, profit in fast_profits(problem.terms, one):
            steps = amount // step
            if steps < len(best):
                best[steps:] = np.maximum(best[steps:], before[: len(best) - steps] + profit)
    return float(best.max())


def fast_profits(terms: Terms, one: Candidate) -> Iterator[tuple[int, float]]:
    """The best profit in yuan of every amount, in floats: `plain_profit` for a whole grid."""
    assert one.pd_ppm is not None
    assert one.grade is not None
    rates = np.array(offered_rates(terms, one)) / 1e4
    kept = np.array([float(1 - terms.curves[one.grade].lost(round(rate * 1e4))) for rate in rates])
    pd = one.pd_ppm / 1e6
    above = (terms.capital_return_bps - terms.funding_bps) / 1e4
    capital = terms.risk_weight_ppm / 1e6 * terms.capital_ratio_ppm / 1e6 * above
    costs = pd * terms.lgd_ppm / 1e6 + (terms.funding_bps + terms.operating_bps) / 1e4 + capital
    kept = np.floor(kept * 1e6) / 1e6
    for amount in amounts(terms, one):
        taken = amount / 100 * ((1 - pd) * rates - costs) - terms.cost_per_loan_fen / 100
        yield amount, float((kept * taken).max()) - terms.cost_per_offer_fen / 100


def greedy(problem: Problem) -> tuple[Fraction, Prices]:
    """The relaxation without limits in yuan, and the budget's price: the fractional knapsack.

    The best profit per yuan is at the cap, so the relaxation takes firms by it until the budget
    ends; the price is that of the firm at which it ends, rounded as a solver's would be.
    """
    step = problem.terms.step_fen
    offers = sorted(
        (
            (Fraction(most_profit(options), UNIT), options[-1].most_steps * step)
            for _, options in problem.firms
        ),
        key=lambda one: -one[0] / one[1],
    )
    left, total = problem.budget_fen - problem.budget_fen % step, Fraction(0)
    for profit, amount in offers:
        if amount > left:
            price = round(profit / amount * PRICE)
            return (total + profit * left / amount) / 100, Prices(budget=price)
        total, left = total + profit, left - amount
    return total / 100, Prices(budget=0)


def best_portfolio(problem: Problem) -> Portfolio:
    """The best allocation without limits by a table that remembers its choices."""
    step = problem.terms.step_fen
    width = problem.budget_fen // step + 1
    best: list[tuple[int, tuple[Choice, ...]]] = [(0, ())] * width
    for firm, (_, options) in enumerate(problem.firms):
        before = list(best)
        for place, option in enumerate(options):
            for steps in range(option.least_steps, min(option.most_steps, width - 1) + 1):
                for spent in range(steps, width):
                    value = before[spent - steps][0] + option.profit(steps)
                    if value > best[spent][0]:
                        choice = Choice(firm=firm, option=place, steps=steps)
                        best[spent] = (value, (*before[spent - steps][1], choice))
    _, prices = greedy(problem)
    return portfolio_of(problem, max(best, key=lambda one: one[0])[1], prices)


def _profits(terms: Terms, one: Candidate) -> dict[int, Fraction]:
    return {
        amount: max(plain_profit(terms, one, amount, rate) for rate in offered_rates(terms, one))
        for amount in amounts(terms, one)
    }
