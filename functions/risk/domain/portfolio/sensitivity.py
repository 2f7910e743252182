"""What the answer depends on: the same question with one assumption changed at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from risk.domain.portfolio.problem import Problem
from risk.domain.pricing import PPM

BUDGET_PERCENTS: Final = (50, 80, 120, 150)
PD_TIMES_PPM: Final = (500_000, 1_500_000, 2_000_000)
LGD_PPM: Final = (350_000, 600_000, 750_000)
FUNDING_CHANGE_BPS: Final = (-100, 100)
ADVERSE_SELECTION_PPM: Final = (500_000, 1_000_000)
FRONTIER_PERCENTS: Final = (*range(5, 100, 5), *range(100, 201, 10))
"""Budgets on the frontier, in per cent of the one asked for."""


@dataclass(frozen=True, kw_only=True)
class Variation:
    """The question with one assumption changed."""

    code: str
    name_zh: str
    name_en: str
    problem: Problem


def variations(problem: Problem) -> Iterator[Variation]:
    """Budget, probabilities of default, loss given default, funding, adverse selection."""
    terms = problem.terms
    for percent in BUDGET_PERCENTS:
        budget = _share(problem, percent)
        if budget >= terms.min_fen:
            yield _varied(
                f"budget_{percent}",
                f"预算 ×{percent}%",
                f"budget ×{percent}%",
                problem.with_budget(budget),
            )
    for times in PD_TIMES_PPM:
        text = f"{times / PPM:g}"
        yield _varied(f"pd_{text}", f"违约概率 ×{text}", f"PD ×{text}", riskier(problem, times))
    for lgd in LGD_PPM:
        percent = lgd * 100 // PPM
        changed = replace(problem, terms=replace(terms, lgd_ppm=lgd))
        yield _varied(f"lgd_{percent}", f"违约损失率 {percent}%", f"LGD {percent}%", changed)
    for change in FUNDING_CHANGE_BPS:
        funding = max(terms.funding_bps + change, 0)
        yield _varied(
            f"funding_{funding}",
            f"资金成本 {funding / 100:g}%",
            f"funding {funding / 100:g}%",
            replace(problem, terms=replace(terms, funding_bps=funding)),
        )
    for more in ADVERSE_SELECTION_PPM:
        text = f"{more / PPM:g}"
        yield _varied(
            f"adverse_{text}",
            f"逆向选择 {text}",
            f"adverse {text}",
            replace(problem, terms=replace(terms, adverse_selection_ppm=more)),
        )


def riskier(problem: Problem, times_ppm: int) -> Problem:
    """Every firm's probability of default is so many times what the model says."""
    return replace(
        problem,
        candidates=tuple(one.stressed(pd_times_ppm=times_ppm) for one in problem.candidates),
    )


def frontier(problem: Problem) -> tuple[Problem, ...]:
    """The question at smaller and larger budgets, the smallest first."""
    budgets = (_share(problem, percent) for percent in FRONTIER_PERCENTS)
    return tuple(problem.with_budget(one) for one in budgets if one >= problem.terms.min_fen)


def _varied(code: str, name_zh: str, name_en: str, problem: Problem) -> Variation:
    return Variation(code=code, name_zh=name_zh, name_en=name_en, problem=problem)


def _share(problem: Problem, percent: int) -> int:
    return problem.budget_fen * percent // 100
