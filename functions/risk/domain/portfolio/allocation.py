"""An answer to the problem: checked against every rule, and its profit counted anew.

A solver works with floats; nothing that it says of its own answer is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from risk.domain.portfolio.candidate import Candidate
from risk.domain.portfolio.certificate import Prices, bound_fen
from risk.domain.portfolio.frontier import profit_fen
from risk.domain.portfolio.problem import Problem
from risk.domain.portfolio.terms import Terms
from risk.domain.pricing import PPM


class AllocationNotValid(AssertionError):
    """A solver's answer breaks a rule of the problem; the message names rule and firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a solver chose for a firm: places in `Problem.firms`, and steps."""

    firm: int
    option: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What one firm is offered."""

    candidate: Candidate
    amount_fen: int
    rate_bps: int
    kept_ppm: int
    profit_fen: int
    """Expected profit of the year, rounded down."""

    @property
    def taken_fen(self) -> int:
        """What is expected to be lent."""
        return self.amount_fen * self.kept_ppm // PPM


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Everybody who is offered something, and a bound on what any other answer could bring."""

    problem: Problem
    allocations: tuple[Allocation, ...]
    prices: Prices

    @property
    def total_fen(self) -> int:
        """What is offered."""
        return sum(one.amount_fen for one in self.allocations)

    @property
    def profit_fen(self) -> int:
        """The sum of the allocations' expected profits."""
        return sum(one.profit_fen for one in self.allocations)

    @property
    def taken_fen(self) -> int:
        """What is expected to be lent."""
        return sum(one.taken_fen for one in self.allocations)

    @cached_property
    def bound_fen(self) -> int:
        """What no allocation can be expected to exceed."""
        return bound_fen(self.problem, self.prices)

    @cached_property
    def by_enterprise(self) -> dict[str, Allocation]:
        """The allocations by firm."""
        return {one.candidate.enterprise: one for one in self.allocations}

    def profit_under_fen(self, candidates: Sequence[Candidate], terms: Terms) -> int:
        """What the same offers are expected to bring if the firms or the costs are others."""
        return sum(
            _profit_fen(candidate, terms, offer.amount_fen, offer.rate_bps)
            for candidate in candidates
            if (offer := self.by_enterprise.get(candidate.enterprise)) is not None
        )


def portfolio_of(problem: Problem, choices: Sequence[Choice], prices: Prices) -> Portfolio:
    """Count what was chosen, and refuse it if it breaks a rule."""
    if len({one.firm for one in choices}) != len(choices):
        raise AllocationNotValid("a firm is chosen twice")
    ordered = sorted(choices, key=lambda one: one.firm)
    found = tuple(_allocation(problem, one) for one in ordered)
    portfolio = Portfolio(problem=problem, allocations=found, prices=prices)
    if portfolio.total_fen > problem.budget_fen:
        raise AllocationNotValid("the sum exceeds the budget")
    for limit in problem.limits:
        if sum(one.amount_fen for one in found if limit.counts(one.candidate)) > limit.most_fen:
            raise AllocationNotValid(f"the sum exceeds the limit of {limit.kind} {limit.group}")
    if portfolio.profit_fen > portfolio.bound_fen:
        raise AllocationNotValid("the profit exceeds its bound")
    return portfolio


def _allocation(problem: Problem, choice: Choice) -> Allocation:
    candidate, options = problem.firms[choice.firm]
    option, terms = options[choice.option], problem.terms
    amount = choice.steps * terms.step_fen
    if not (option.least_steps <= choice.steps <= option.most_steps and amount >= terms.min_fen):
        raise AllocationNotValid(f"{candidate.enterprise}: the amount is outside its bounds")
    return Allocation(
        candidate=candidate,
        amount_fen=amount,
        rate_bps=option.rate_bps,
        kept_ppm=option.kept_ppm,
        profit_fen=_profit_fen(candidate, terms, amount, option.rate_bps),
    )


def _profit_fen(candidate: Candidate, terms: Terms, amount_fen: int, rate_bps: int) -> int:
    if candidate.pd_ppm is None or candidate.grade is None:
        raise AllocationNotValid(f"{candidate.enterprise}: has no grade")
    return profit_fen(
        terms.profit(
            pd_ppm=candidate.pd_ppm,
            grade=candidate.grade,
            amount_fen=amount_fen,
            rate_bps=rate_bps,
        )
    )
