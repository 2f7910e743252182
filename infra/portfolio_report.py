"""An allocated portfolio as a document: every figure comes from the checked integers.

Amounts are yuan with at most two decimals, rates per cent a year, prices yuan of profit for one
more yuan. All keys are described in docs/portfolio.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from infra.portfolio_solver import Solved
from puhui.china.industries import name_of
from risk.domain.portfolio.allocation import Allocation, Portfolio
from risk.domain.portfolio.candidate import REFUSALS, Candidate
from risk.domain.portfolio.certificate import PRICE
from risk.domain.portfolio.problem import FEN_PER_YUAN
from risk.domain.portfolio.sensitivity import Variation
from risk.domain.portfolio.shock import Move, Reallocation
from risk.domain.pricing import PPM

SCHEMA: Final = "portfolio-allocation/1"
BPS_PER_PERCENT: Final = 100
OFFERED: Final = "offered"
STATEMENTS: Final = (
    "The budget counts what is offered, so that it holds even if everybody takes the offer; "
    "expected_taken_up_yuan says how much is expected to be lent. Offers that were not taken free "
    "their money for a second round.",
    "The probabilities of default are calibrated to 83 firms of which 21.7 % defaulted, no bank's "
    "portfolio: the order of firms is better known than the level of profit. See PD × 0.5 to 2.",
    "Adverse selection: the churn table tells how many leave at a rate, not who. Those who stay at "
    "a high rate are likely the riskier ones; the result assumes that they are not, and the "
    "sensitivity shows what it costs if they are.",
    "Profit is expected, of one year, before tax and after a charge for capital; defaults lose LGD "
    "of the whole principal and pay no interest.",
    "A firm's trade is guessed from a word in its name; without one it counts as trade (F).",
)


def yuan(fen: int) -> float:
    """Fen as yuan with two decimals."""
    return round(fen / FEN_PER_YUAN, 2)


def percent(bps: int) -> float:
    """Basis points as per cent."""
    return round(bps / BPS_PER_PERCENT, 2)


def result_of(solved: Solved) -> dict[str, Any]:
    """The keys that answer the question."""
    found = solved.portfolio
    return {
        "allocations": [_allocation(one) for one in found.allocations],
        "total_yuan": found.total_fen // FEN_PER_YUAN,
        "expected_profit_yuan": yuan(found.profit_fen),
        "bound_yuan": yuan(found.bound_fen),
        "duals": duals_of(found),
        "status": solved.status,
        "gap_yuan": yuan(found.bound_fen - found.profit_fen),
        "relaxation_yuan": round(solved.relaxed_yuan, 2),
        "budget_yuan": found.problem.budget_fen / FEN_PER_YUAN,
        "expected_taken_up_yuan": yuan(found.taken_fen),
        "by_grade": _groups(found, lambda one: one.grade or ""),
        "by_sector": _groups(found, lambda one: one.sector),
        "refused": dict(
            Counter(
                code for one in found.problem.candidates if (code := outcome(found, one)) != OFFERED
            )
        ),
        "firms": [_firm(found, one) for one in found.problem.candidates],
        "statements": list(STATEMENTS),
    }


def duals_of(found: Portfolio) -> dict[str, Any]:
    """Shadow prices: yuan of profit for one more yuan of budget, or of a group's limit."""
    by_kind: dict[str, dict[str, float]] = {"sector": {}, "grade": {}}
    for limit, price in zip(found.problem.limits, found.prices.limits, strict=True):
        by_kind[limit.kind][limit.group] = price / PRICE
    return {
        "budget": found.prices.budget / PRICE,
        "sectors": by_kind["sector"],
        "grades": by_kind["grade"],
    }


def outcome(found: Portfolio, candidate: Candidate) -> str:
    """`offered`, or the code of why a firm gets nothing."""
    if candidate.enterprise in found.by_enterprise:
        return OFFERED
    return found.problem.refusal(candidate) or "not_chosen"


def line_of(solved: Solved) -> dict[str, Any]:
    """One portfolio in a line of a table."""
    found = solved.portfolio
    return {
        "budget_yuan": found.problem.budget_fen / FEN_PER_YUAN,
        "firms": len(found.allocations),
        "total_yuan": found.total_fen // FEN_PER_YUAN,
        "mean_rate_pct": mean_rate(found.allocations),
        "expected_profit_yuan": yuan(found.profit_fen),
        "bound_yuan": yuan(found.bound_fen),
        "budget_dual": found.prices.budget / PRICE,
        "status": solved.status,
    }


def sensitivity_of(
    base: Solved, varied: Iterable[tuple[Variation, Solved]]
) -> list[dict[str, Any]]:
    """One line for each assumption; `unchanged_yuan`: the base's own offers, if affordable."""
    rows = [{"code": "base", "name_zh": "基准", "name_en": "base", **line_of(base)}]
    rows[0]["unchanged_yuan"] = rows[0]["expected_profit_yuan"]
    for variation, solved in varied:
        problem = variation.problem
        kept = None
        if base.portfolio.total_fen <= problem.budget_fen:
            kept = base.portfolio.profit_under_fen(problem.candidates, problem.terms)
        rows.append(
            {
                "code": variation.code,
                "name_zh": variation.name_zh,
                "name_en": variation.name_en,
                **line_of(solved),
                "unchanged_yuan": None if kept is None else yuan(kept),
            }
        )
    return rows


def shock_of(found: Reallocation) -> dict[str, Any]:
    """Profit before, with the old offers, and with new ones; who loses and who gains."""
    moves = found.moves
    return {
        "name": found.shock.name,
        "sectors": {
            sector: {
                "name": name_of(sector),
                "pd_multiplier": impact.pd_times_ppm / PPM,
                "sales_multiplier": impact.sales_times_ppm / PPM,
                "candidates": sum(one.sector == sector for one, _ in found.before.problem.firms),
            }
            for sector, impact in sorted(found.shock.impacts.items())
        },
        "profit_before_yuan": yuan(found.before.profit_fen),
        "profit_without_reallocation_yuan": yuan(found.kept_fen),
        "profit_after_yuan": yuan(found.after.profit_fen),
        "bound_after_yuan": yuan(found.after.bound_fen),
        "total_after_yuan": found.after.total_fen // FEN_PER_YUAN,
        "budget_dual_after": found.after.prices.budget / PRICE,
        "losers": [_move(one) for one in moves if one.change_fen < 0],
        "gainers": [_move(one) for one in reversed(moves) if one.change_fen > 0],
        "repriced": [_move(one) for one in moves if one.change_fen == 0],
        "by_sector_before": _groups(found.before, lambda one: one.sector),
        "by_sector_after": _groups(found.after, lambda one: one.sector),
    }


def mean_rate(allocations: Sequence[Allocation]) -> float | None:
    """The mean rate weighted by amount, in per cent."""
    total = sum(one.amount_fen for one in allocations)
    if not total:
        return None
    return round(sum(one.rate_bps * one.amount_fen for one in allocations) / total / 100, 2)


def _allocation(one: Allocation) -> dict[str, Any]:
    return {
        "enterprise": one.candidate.enterprise,
        "amount_yuan": one.amount_fen // FEN_PER_YUAN,
        "annual_rate_pct": percent(one.rate_bps),
        "expected_profit_yuan": yuan(one.profit_fen),
        "pd_ppm": one.candidate.pd_ppm,
    }


def _groups(found: Portfolio, key: Any) -> dict[str, Any]:
    groups: dict[str, list[Allocation]] = {}
    for one in found.allocations:
        groups.setdefault(key(one.candidate), []).append(one)
    return {name: _group(groups[name]) for name in sorted(groups)}


def _group(allocations: Sequence[Allocation]) -> Mapping[str, Any]:
    return {
        "firms": len(allocations),
        "total_yuan": sum(one.amount_fen for one in allocations) // FEN_PER_YUAN,
        "mean_rate_pct": mean_rate(allocations),
        "expected_taken_up_yuan": yuan(sum(one.taken_fen for one in allocations)),
        "expected_profit_yuan": yuan(sum(one.profit_fen for one in allocations)),
    }


def _firm(found: Portfolio, one: Candidate) -> dict[str, Any]:
    code, offer = outcome(found, one), found.by_enterprise.get(one.enterprise)
    return {
        "enterprise": one.enterprise,
        "outcome": code,
        "reason": None if code == OFFERED else REFUSALS[code],
        "grade": one.grade,
        "pd_ppm": one.pd_ppm,
        "cap_yuan": one.cap_fen(found.problem.terms) // FEN_PER_YUAN,
        "verdict": one.verdict,
        "codes": list(one.codes),
        "sector": one.sector,
        "sector_name": name_of(one.sector),
        "trade_basis": one.trade_basis,
        "kept_ppm": None if offer is None else offer.kept_ppm,
    }


def _move(one: Move) -> dict[str, Any]:
    return {
        "enterprise": one.enterprise,
        "sector": one.sector,
        "before_yuan": one.before_fen // FEN_PER_YUAN,
        "after_yuan": one.after_fen // FEN_PER_YUAN,
        "before_rate_pct": None if one.before_bps is None else percent(one.before_bps),
        "after_rate_pct": None if one.after_bps is None else percent(one.after_bps),
    }
