"""What an evaluation found: the verdict, why, how much, at what price, and the whole tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from puhui.contracts.common import Reason
from puhui.contracts.risk import Verdict
from risk.domain.inputs import Input
from risk.domain.limit import Limit, LimitParameters
from risk.domain.policy.parts import Condition, Rule
from risk.domain.pricing import Price, PricingParameters
from risk.domain.scorecard import Score


class TableEngine(Protocol):
    """Whatever else can evaluate a decision table: the reference, and what is not compiled."""

    def rows(self, content: Mapping[str, Any], contexts: Sequence[str]) -> list[tuple[int, ...]]:
        """The places of the rows that match, for each context in JSON."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The rows of the parameter tables in force on a day, and the hash of the tables."""

    sha256: str
    pricing: PricingParameters
    limit: LimitParameters


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule that fired, whether it is known to hold, what it read, and who waived it."""

    rule: Rule
    holds: bool
    """False when it fired only because something is not known."""
    found: tuple[Input, ...]
    waived_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything that was found."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    outcomes: tuple[RuleOutcome, ...]
    """The rules that fired, waived ones included."""
    conditions: tuple[Condition, ...]
    grade: str | None
    score: Score | None
    limit: Limit | None
    price: Price | None
    proposed_fen: int | None
    proposed_bps: int | None
    tree: list[dict[str, Any]]
    """Every node that was walked, as plain JSON data."""

    def left_to_a_person(self, reason: Reason) -> Evaluation:
        """The same with whatever was not certainly declined left to a person, who is told why.

        What was declined only because something is not known is no customer's fault.
        """
        if self.verdict == "decline" and any(
            one.holds and one.waived_by is None and one.rule.effect == "decline"
            for one in self.outcomes
        ):
            return self
        told = self.reasons if self.verdict == "refer" else ()
        return replace(self, verdict="refer", reasons=(reason, *told))

    @property
    def limit_fen(self) -> int:
        """The limit that goes with the verdict: none with a decline."""
        return 0 if self.verdict == "decline" else self.proposed_fen or 0

    @property
    def rate_bps(self) -> int:
        """The rate that goes with the verdict: none with a decline."""
        return 0 if self.verdict == "decline" else self.proposed_bps or 0

    @property
    def term_cap_months(self) -> int | None:
        """The longest term under which the conditions let an approval stand."""
        caps = [one.term_cap_months for one in self.conditions if one.term_cap_months is not None]
        return min(caps, default=None)
