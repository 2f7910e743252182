"""Solves allocations of a portfolio as mixed-integer linear programmes (scipy, HiGHS).

    python -m layers.models.training.allocate_portfolio --problems FILE

Each firm has one 0/1 variable `x` and one whole number of steps `n` for every rate worth offering:

    maximise    Σ slope · n − fixed · x
    subject to  least · x ≤ n ≤ most · x,   Σ x ≤ 1 for every firm,
                Σ n ≤ budget,   Σ n of a group ≤ its limit

The relaxation lets `x` and `n` be any numbers; for every firm it is the convex hull of what may be
offered, so its value is the least linear bound, and its marginals are the shadow prices. What these
prices prove to be part of no best allocation is left out before the search (`portfolio_narrowing`).
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import coo_array, csr_array

from layers.models.training.portfolio_narrowing import narrow

RELATIVE_GAP: Final = 1e-9
TIME_LIMIT_SECONDS: Final = 120
STATUS: Final = {0: "optimal", 1: "time_limit"}


class NotSolved(RuntimeError):
    """HiGHS found no allocation; offering nothing is one, so this is a fault."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """A problem as arrays: columns are all `x`, then all `n`."""

    profit: NDArray[np.float64]
    rows: csr_array
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    upper: NDArray[np.float64]
    places: list[tuple[int, int]]
    """Firm and option of each pair of columns."""
    limits: int


def programme_of(problem: dict[str, Any]) -> Programme:
    """Write the rows: the budget, the groups' limits, then every firm's own."""
    places = [
        (at, option)
        for at, firm in enumerate(problem["firms"])
        for option in range(len(firm["options"]))
    ]
    options = [problem["firms"][firm]["options"][option] for firm, option in places]
    count, limits, firms = len(places), len(problem["limits_steps"]), len(problem["firms"])
    cells: list[tuple[int, int, float]] = []
    first_firm = 1 + limits
    first_bound = first_firm + firms
    for column, ((firm, _), option) in enumerate(zip(places, options, strict=True)):
        steps, bound = count + column, first_bound + 2 * column
        cells += [(0, steps, 1.0), (first_firm + firm, column, 1.0)]
        cells += [(1 + limit, steps, 1.0) for limit in problem["firms"][firm]["limits"]]
        cells += [(bound, steps, 1.0), (bound, column, -float(option["most"]))]
        cells += [(bound + 1, steps, -1.0), (bound + 1, column, float(option["least"]))]
    row, column, value = zip(*cells, strict=True) if cells else ((), (), ())
    height = first_bound + 2 * count
    most = np.zeros(height)
    most[0] = problem["budget_steps"]
    most[1:first_firm] = problem["limits_steps"]
    most[first_firm:first_bound] = 1
    least = np.full(height, -np.inf)
    for at, firm in enumerate(problem["firms"]):
        if firm.get("must"):
            least[first_firm + at] = 1
    return Programme(
        profit=np.array(
            [-option["fixed"] for option in options] + [option["slope"] for option in options]
        ),
        rows=coo_array((value, (row, column)), shape=(height, 2 * count)).tocsr(),
        least=least,
        most=most,
        upper=np.array([1.0] * count + [float(option["most"]) for option in options]),
        places=places,
        limits=limits,
    )


def solve(problem: dict[str, Any], step_yuan: float) -> dict[str, Any]:
    """The best allocation of one problem, its relaxation's value and shadow prices."""
    whole = programme_of(problem)
    if not whole.places:
        return _answer("optimal", [], 0.0, [0.0] * (1 + whole.limits), step_yuan)
    relaxed = linprog(
        -whole.profit,
        A_ub=whole.rows,
        b_ub=whole.most,
        bounds=np.column_stack([np.zeros_like(whole.upper), whole.upper]),
        method="highs",
    )
    if relaxed.status != 0:
        raise NotSolved(f"HiGHS: {relaxed.message}")
    prices = [max(-float(price), 0.0) for price in relaxed.ineqlin.marginals[: 1 + whole.limits]]
    narrowed = narrow(problem, -float(relaxed.fun), prices)
    made = programme_of(narrowed.problem)
    best = milp(
        -made.profit,
        constraints=LinearConstraint(made.rows, made.least, made.most),
        bounds=Bounds(0, made.upper),
        integrality=np.ones(len(made.profit)),
        options={"mip_rel_gap": RELATIVE_GAP, "time_limit": TIME_LIMIT_SECONDS},
    )
    if best.x is None:
        raise NotSolved(f"HiGHS: {best.message}")
    choices = _choices(made, best, narrowed.places)
    status = STATUS.get(best.status, "other")
    return _answer(status, choices, -float(relaxed.fun), prices, step_yuan)


def _choices(
    made: Programme, best: OptimizeResult, places: list[list[int]]
) -> list[dict[str, int]]:
    """Whole numbers from the solver's floats; whoever reads them checks them."""
    count = len(made.places)
    steps = np.rint(best.x[count:]).astype(int)
    return [
        {"firm": firm, "option": places[firm][option], "steps": int(steps[column])}
        for column, (firm, option) in enumerate(made.places)
        if best.x[column] > 0.5
    ]


def _answer(
    status: str,
    choices: list[dict[str, int]],
    relaxed_yuan: float,
    prices: list[float],
    step_yuan: float,
) -> dict[str, Any]:
    """Prices are per step in the programme and per yuan in the answer."""
    return {
        "status": status,
        "choices": choices,
        "relaxed_yuan": relaxed_yuan,
        "budget_price": prices[0] / step_yuan,
        "limit_prices": [price / step_yuan for price in prices[1:]],
    }


def main() -> int:
    """Read {step_yuan, problems} from a file and print the answers in the same order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problems", type=Path, required=True)
    asked = json.loads(parser.parse_args().problems.read_text(encoding="utf-8"))
    answers = [solve(problem, asked["step_yuan"]) for problem in asked["problems"]]
    json.dump(answers, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
