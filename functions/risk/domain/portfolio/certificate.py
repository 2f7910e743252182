"""A bound that no allocation can exceed, proven from prices in exact arithmetic.

Let every yuan of the budget have a price, and every yuan of a limited group another. Whoever may
lend without limits but pays these prices earns at least what the best allocation earns:

    bound = price · budget + Σ group price · group limit + Σ over firms max(0, profit − prices paid)

This holds for any prices that are not negative (weak duality), so the solver that found them need
not be trusted. With the prices of the linear relaxation the bound is as low as it can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import require
from risk.domain.portfolio.frontier import Option
from risk.domain.portfolio.problem import Problem
from risk.domain.portfolio.terms import UNIT

PRICE: Final = 10**9
"""Prices are integers in parts of this: yuan of profit for one more yuan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The shadow prices of the budget and of each limit of the problem, in parts of `PRICE`."""

    budget: int
    limits: tuple[int, ...] = ()

    @classmethod
    def rounded(cls, budget: float, limits: Sequence[float]) -> Prices:
        """A solver's prices as integers; what rounding errors make negative is nothing."""
        return cls(budget=_rounded(budget), limits=tuple(map(_rounded, limits)))


def bound_fen(problem: Problem, prices: Prices) -> int:
    """What no allocation can be expected to exceed, rounded up."""
    require(len(prices.limits) == len(problem.limits), "prices.limits", "one for each limit")
    require(min(prices.budget, *prices.limits, 0) >= 0, "prices", "must not be negative")
    step = problem.terms.step_fen
    total = prices.budget * _whole(problem.budget_fen, step) * (UNIT // PRICE)
    for price, limit in zip(prices.limits, problem.limits, strict=True):
        total += price * _whole(limit.most_fen, step) * (UNIT // PRICE)
    for candidate, options in problem.firms:
        paid = prices.budget + sum(
            price
            for price, limit in zip(prices.limits, problem.limits, strict=True)
            if limit.counts(candidate)
        )
        total += max(0, _best_at(options, paid * step * (UNIT // PRICE)))
    return -(-total // UNIT)


def price_of(problem: Problem, prices: Prices) -> Mapping[str, int]:
    """The prices of limits by `kind:group`."""
    return {
        f"{limit.kind}:{limit.group}": price
        for limit, price in zip(problem.limits, prices.limits, strict=True)
    }


def _best_at(options: Sequence[Option], paid_per_step: int) -> int:
    """The most that a firm brings after paying: at one of the ends of what it may be offered.

    Its profit is convex in the amount and the payment is straight, so no amount between is better.
    """
    ends = ((options[0], options[0].least_steps), (options[-1], options[-1].most_steps))
    return max(option.profit(steps) - paid_per_step * steps for option, steps in ends)


def _whole(fen: int, step_fen: int) -> int:
    """What whole steps can use of an amount."""
    return fen - fen % step_fen


def _rounded(price: float) -> int:
    return max(round(price * PRICE), 0)
