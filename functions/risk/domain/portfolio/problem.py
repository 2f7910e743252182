"""What is to be decided: which firm is offered which amount at which rate, within which limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

from risk.domain.models.answer import require
from risk.domain.portfolio.candidate import Candidate
from risk.domain.portfolio.frontier import Option, options_of
from risk.domain.portfolio.terms import UNIT, Terms
from risk.domain.pricing import PPM

GroupKind = Literal["sector", "grade"]
FEN_PER_YUAN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimit:
    """At most so much for all firms of a sector or of a grade together."""

    kind: GroupKind
    group: str
    most_fen: int

    def counts(self, candidate: Candidate) -> bool:
        """Whether a firm's amount counts towards it."""
        return self.group == (candidate.sector if self.kind == "sector" else candidate.grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The largest share of the budget for one sector or one grade; None is without limit."""

    sector_ppm: int | None = None
    grade_ppm: int | None = None


NO_LIMITS: Final = Concentration()


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Maximise the sum of expected profits; what counts towards the budget is what is offered.

    Nobody can know in advance who takes an offer, so a budget that held expected amounts only could
    be broken by its customers. Offered amounts can never lend more than there is.
    """

    terms: Terms
    budget_fen: int
    candidates: tuple[Candidate, ...]
    concentration: Concentration = NO_LIMITS
    approved_only: bool = False

    def __post_init__(self) -> None:
        """A budget pays for one loan at least, and every firm is there once."""
        least = self.terms.min_fen
        require(self.budget_fen >= least, "budget_fen", f"must be at least {least}, one loan")
        names = {one.enterprise for one in self.candidates}
        require(len(names) == len(self.candidates), "candidates", "every firm once")
        for field in ("sector_ppm", "grade_ppm"):
            share = getattr(self.concentration, field)
            require(share is None or 0 < share <= PPM, field, "must be above 0 and at most 1")

    @cached_property
    def firms(self) -> tuple[tuple[Candidate, tuple[Option, ...]], ...]:
        """Everybody who may be offered something, with the rates worth offering."""
        allowed = (one for one in self.candidates if self.refusal(one) is None)
        return tuple((one, self._options[one.enterprise]) for one in allowed)

    def refusal(self, candidate: Candidate) -> str | None:
        """Why a firm can be offered nothing, whatever the budget; None where it can."""
        found = candidate.refusal(self.terms, approved_only=self.approved_only)
        if found is None and not self._options[candidate.enterprise]:
            return "no_rate_covers"
        return found

    @cached_property
    def limits(self) -> tuple[GroupLimit, ...]:
        """The concentration limits of every group that a firm belongs to."""
        shares: tuple[tuple[GroupKind, int | None], ...] = (
            ("sector", self.concentration.sector_ppm),
            ("grade", self.concentration.grade_ppm),
        )
        return tuple(
            GroupLimit(kind=kind, group=group, most_fen=self.budget_fen * share // PPM)
            for kind, share in shares
            if share is not None
            for group in sorted({_group(kind, one) for one, _ in self.firms})
        )

    def with_budget(self, budget_fen: int) -> Problem:
        """The same question with another budget; what each firm can bring does not depend on it."""
        other = replace(self, budget_fen=budget_fen)
        other.__dict__["_options"] = self._options
        return other

    def stated(self) -> dict[str, Any]:
        """The numbers that a solver needs: steps, and profits in yuan as floats."""
        step = self.terms.step_fen
        return {
            "budget_steps": self.budget_fen // step,
            "limits_steps": [one.most_fen // step for one in self.limits],
            "firms": [
                {
                    "limits": [at for at, one in enumerate(self.limits) if one.counts(candidate)],
                    "options": [_stated(option) for option in options],
                }
                for candidate, options in self.firms
            ],
        }

    @cached_property
    def _options(self) -> dict[str, tuple[Option, ...]]:
        return {one.enterprise: options_of(one, self.terms) for one in self.candidates}


def most_profit(options: Sequence[Option]) -> int:
    """The most that a firm can be expected to bring, in parts of `UNIT`: at its cap."""
    return options[-1].profit(options[-1].most_steps)


def _group(kind: GroupKind, candidate: Candidate) -> str:
    return candidate.sector if kind == "sector" else candidate.grade or ""


def _stated(option: Option) -> dict[str, int | float]:
    return {
        "least": option.least_steps,
        "most": option.most_steps,
        "slope": option.slope / (UNIT * FEN_PER_YUAN),
        "fixed": option.fixed / (UNIT * FEN_PER_YUAN),
    }
