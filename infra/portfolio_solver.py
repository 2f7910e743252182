"""Solves portfolios in the training environment, and believes nothing but what it can check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra.own_environment import EnvironmentFailed, Say
from infra.training import TRAINING
from risk.domain.portfolio.allocation import Choice, Portfolio, portfolio_of
from risk.domain.portfolio.certificate import Prices
from risk.domain.portfolio.problem import FEN_PER_YUAN, Problem

MODULE: Final = "layers.models.training.allocate_portfolio"
TIMEOUT_SECONDS: Final = 1_800


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A checked portfolio, and what the solver says of itself."""

    portfolio: Portfolio
    status: str
    relaxed_yuan: float


def solve_all(problems: Sequence[Problem], *, say: Say) -> list[Solved]:
    """Solve many problems of the same step in one process; the answers are in the same order.

    Problems that state the same numbers are solved once.
    """
    (step_fen,) = {one.terms.step_fen for one in problems}
    stated = [json.dumps(one.stated()) for one in problems]
    different = list(dict.fromkeys(stated))
    answers = dict(zip(different, _answers(different, step_fen / FEN_PER_YUAN, say), strict=True))
    return [_checked(one, answers[text]) for one, text in zip(problems, stated, strict=True)]


def _answers(stated: Sequence[str], step_yuan: float, say: Say) -> list[dict[str, Any]]:
    asked = f'{{"step_yuan": {step_yuan}, "problems": [{", ".join(stated)}]}}'
    with TemporaryDirectory() as folder:
        file = Path(folder) / "problems.json"
        file.write_text(asked, encoding="utf-8")
        printed = TRAINING.run(
            TRAINING.python(say), [MODULE, "--problems", str(file)], TIMEOUT_SECONDS
        )
    try:
        answers: list[dict[str, Any]] = json.loads(printed)
    except ValueError as error:
        raise EnvironmentFailed("the optimisation printed no answers") from error
    return answers


def _checked(problem: Problem, answer: dict[str, Any]) -> Solved:
    choices = [Choice(**one) for one in answer["choices"]]
    prices = Prices.rounded(answer["budget_price"], answer["limit_prices"])
    return Solved(
        portfolio=portfolio_of(problem, choices, prices),
        status=answer["status"],
        relaxed_yuan=answer["relaxed_yuan"],
    )
