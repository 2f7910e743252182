"""Leaves out what cannot be part of a best allocation, before the long search for one begins.

At the relaxation's prices every firm has a best reduced profit (profit minus prices paid). What is
less than that by more than the relaxation exceeds a known allocation cannot be part of a better
one: then even the relaxation's value, with this choice forced, would be lower than what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any, Final

Option = dict[str, Any]
Problem = dict[str, Any]
TOLERANCE_YUAN: Final = 0.01
"""Floats of a million yuan are exact to a thousandth of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A problem with fewer options, and where each of them stood in the whole one."""

    problem: Problem
    places: list[list[int]]
    known_yuan: float
    """The profit of the known allocation."""


def narrow(problem: Problem, relaxed_yuan: float, prices: Sequence[float]) -> Narrowed:
    """Keep what may be part of a best allocation; `prices` are per step: budget, then limits."""
    known = known_profit(problem, prices)
    slack = relaxed_yuan - known + TOLERANCE_YUAN
    firms, places = [], []
    for firm in problem["firms"]:
        price = _price(firm, prices)
        best = max(0.0, max(_reduced(option, price) for option in firm["options"]))
        kept = [
            (place, narrowed)
            for place, option in enumerate(firm["options"])
            if (narrowed := _narrowed(option, price, best - slack)) is not None
        ]
        must = best > slack and bool(kept)
        firms.append({**firm, "options": [option for _, option in kept], "must": must})
        places.append([place for place, _ in kept])
    return Narrowed(problem={**problem, "firms": firms}, places=places, known_yuan=known)


def known_profit(problem: Problem, prices: Sequence[float]) -> float:
    """The profit of an allocation found by greed: the best reduced profit per step first."""
    left = [float(problem["budget_steps"]), *map(float, problem["limits_steps"])]
    total = 0.0
    for firm in sorted(problem["firms"], key=lambda one: -_value(one, prices)):
        rows = [0, *(1 + limit for limit in firm["limits"])]
        room = floor(min(left[row] for row in rows))
        profit, steps = _best_within(firm["options"], room)
        if profit > 0:
            total += profit
            for row in rows:
                left[row] -= steps
    return total


def _value(firm: dict[str, Any], prices: Sequence[float]) -> float:
    last = firm["options"][-1]
    return _profit(last, last["most"]) / last["most"] - _price(firm, prices)


def _best_within(options: Sequence[Option], room: int) -> tuple[float, int]:
    best = (0.0, 0)
    for option in options:
        steps = min(option["most"], room)
        if steps >= option["least"]:
            best = max(best, (_profit(option, steps), steps))
    return best


def _narrowed(option: Option, price: float, threshold: float) -> Option | None:
    """The option with only those steps whose reduced profit reaches a threshold, if any does."""
    slope, least, most = option["slope"] - price, option["least"], option["most"]
    if slope == 0:
        return dict(option) if -option["fixed"] >= threshold else None
    at = (threshold + option["fixed"]) / slope
    low, high = (ceil(at), inf) if slope > 0 else (-inf, floor(at))
    first, last = max(least, low), min(most, high)
    return {**option, "least": int(first), "most": int(last)} if first <= last else None


def _reduced(option: Option, price: float) -> float:
    ends = (option["least"], option["most"])
    return float(max(_profit(option, steps) - price * steps for steps in ends))


def _profit(option: Option, steps: int) -> float:
    return float(option["slope"] * steps - option["fixed"])


def _price(firm: dict[str, Any], prices: Sequence[float]) -> float:
    return prices[0] + sum(prices[1 + limit] for limit in firm["limits"])
