"""From a folder of firms to an allocated portfolio, its sensitivity and what a shock does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from infra.own_environment import Say
from infra.portfolio_firms import Found, find
from infra.portfolio_report import SCHEMA, line_of, result_of, sensitivity_of, shock_of
from infra.portfolio_solver import Solved, solve_all
from risk.adapters.packaged_terms import PackagedTerms
from risk.domain.portfolio.problem import NO_LIMITS, Concentration, Problem
from risk.domain.portfolio.sensitivity import frontier, variations
from risk.domain.portfolio.shock import Reallocation, Shock


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything that the command was asked."""

    data: Path
    budget_fen: int
    as_of: date | None = None
    concentration: Concentration = NO_LIMITS
    approved_only: bool = False
    shock: Shock | None = None
    sensitivity: bool = True
    frontier: bool = False


def allocate(asked: Asked, *, say: Say, find: Callable[..., Found] = find) -> dict[str, Any]:
    """Find the candidates, solve every question in one process and report the checked answers."""
    began = perf_counter()
    found, tables = find(asked.data, asked.as_of), PackagedTerms()
    problem = Problem(
        terms=tables.on(found.as_of, found.policy.grades),
        budget_fen=asked.budget_fen,
        candidates=found.candidates,
        concentration=asked.concentration,
        approved_only=asked.approved_only,
    )
    report = _solved(asked, problem, say)
    return {
        "schema": SCHEMA,
        **report,
        "parameters": [asdict(one) for one in tables.sources(found.as_of)],
        "concentration": asdict(asked.concentration),
        "approved_only": asked.approved_only,
        **_basis(found, tables),
        "seconds": round(perf_counter() - began, 1),
    }


def _solved(asked: Asked, problem: Problem, say: Say) -> dict[str, Any]:
    varied = list(variations(problem)) if asked.sensitivity else []
    line = frontier(problem) if asked.frontier else ()
    shocked = [] if asked.shock is None else [asked.shock.hits(problem)]
    questions = [problem, *(one.problem for one in varied), *line, *shocked]
    base, *rest = solve_all(questions, say=say)
    report = result_of(base)
    if varied:
        report["sensitivity"] = sensitivity_of(base, zip(varied, rest[: len(varied)], strict=True))
    if line:
        answers = rest[len(varied) : len(varied) + len(line)]
        report["frontier"] = [line_of(one) for one in answers]
    if asked.shock is not None:
        report["shock"] = _shock(asked.shock, base, rest[-1])
    return report


def _shock(shock: Shock, before: Solved, after: Solved) -> dict[str, Any]:
    moved = Reallocation(shock=shock, before=before.portfolio, after=after.portfolio)
    return {**shock_of(moved), "status": after.status}


def _basis(found: Found, tables: PackagedTerms) -> dict[str, Any]:
    card, policy = found.card, found.policy
    return {
        "as_of": found.as_of.isoformat(),
        "model": {
            "id": card.id,
            "catalogue_id": card.catalogue_id,
            "version": card.version,
            "sha256": card.sha256,
            "card_sha256": card.card_sha256,
        },
        "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
        "parameters_sha256": tables.sha256,
        "population_sha256": found.population_sha256,
    }
