"""A shock (冲击): some trades become riskier or sell less, and what an allocation loses by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from puhui.china.industries import is_known
from risk.domain.models.answer import require
from risk.domain.portfolio.allocation import Portfolio
from risk.domain.portfolio.problem import Problem
from risk.domain.pricing import PPM

MOST_TIMES_PPM: Final = 100 * PPM


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a shock does to the firms of one sector."""

    pd_times_ppm: int = PPM
    """Their probability of default is so many times what it was."""
    sales_times_ppm: int = PPM
    """Their yearly sales are so many times what they were."""

    def __post_init__(self) -> None:
        """Both are from 0 to 100 times."""
        for field in ("pd_times_ppm", "sales_times_ppm"):
            times = getattr(self, field)
            require(0 <= times <= MOST_TIMES_PPM, field, "must be from 0 to 100 times")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """A name, and the impact on each sector (GB/T 4754) that is hit."""

    name: str
    impacts: Mapping[str, Impact]

    def __post_init__(self) -> None:
        """It hits at least one sector, and only such as exist."""
        require(bool(self.impacts), "sectors", "must name at least one sector")
        for sector in self.impacts:
            require(is_known(sector), f"sectors.{sector}", "must be a GB/T 4754 section, A to T")

    def hits(self, problem: Problem) -> Problem:
        """The same question after the shock; verdicts, grades and costs stay what they were."""
        return replace(
            problem,
            candidates=tuple(
                one
                if (impact := self.impacts.get(one.sector)) is None
                else one.stressed(
                    pd_times_ppm=impact.pd_times_ppm, sales_times_ppm=impact.sales_times_ppm
                )
                for one in problem.candidates
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How one firm's offer changes."""

    enterprise: str
    sector: str
    before_fen: int
    after_fen: int
    before_bps: int | None
    after_bps: int | None

    @property
    def change_fen(self) -> int:
        """More, or less if negative."""
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Reallocation:
    """Offers before a shock, and those that are best after it."""

    shock: Shock
    before: Portfolio
    after: Portfolio

    @property
    def kept_fen(self) -> int:
        """The expected profit of the old offers after the shock: nothing is allocated anew.

        A riskier firm's least rate is higher (`frontier.least_rate_bps`). An old offer below it
        stands, but could not be made anew, so this may exceed what is best after the shock.
        """
        problem = self.after.problem
        return self.before.profit_under_fen(problem.candidates, problem.terms)

    @property
    def moves(self) -> tuple[Move, ...]:
        """Every firm whose amount or rate changes, the largest loss first."""
        old, new = self.before.by_enterprise, self.after.by_enterprise
        sectors = {one.enterprise: one.sector for one in self.before.problem.candidates}
        found = []
        for enterprise in sorted(old.keys() | new.keys()):
            was, becomes = old.get(enterprise), new.get(enterprise)
            move = Move(
                enterprise=enterprise,
                sector=sectors[enterprise],
                before_fen=was.amount_fen if was else 0,
                after_fen=becomes.amount_fen if becomes else 0,
                before_bps=was.rate_bps if was else None,
                after_bps=becomes.rate_bps if becomes else None,
            )
            if (move.before_fen, move.before_bps) != (move.after_fen, move.after_bps):
                found.append(move)
        return tuple(sorted(found, key=lambda one: (one.change_fen, one.enterprise)))
