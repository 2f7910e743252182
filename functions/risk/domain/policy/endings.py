"""Where a walk has come to, and what it ends with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from puhui.contracts.risk import Verdict
from risk.domain.evaluation import RuleOutcome
from risk.domain.inputs import Input, Word, plain
from risk.domain.limit import Limit
from risk.domain.policy.kinds import Result
from risk.domain.policy.model import Policy
from risk.domain.policy.parts import SEVERITY, Condition
from risk.domain.pricing import Price
from risk.domain.scorecard import Score


@dataclass(slots=True)
class World:
    """What is known and found so far on one way through the flow."""

    values: dict[str, Input]
    outcomes: list[RuleOutcome] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    scores: dict[str, Score] = field(default_factory=dict)
    limit: Limit | None = None
    price: Price | None = None
    tree: list[dict[str, Any]] = field(default_factory=list)
    _shown: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def give(self, given: dict[str, Input]) -> dict[str, str | None]:
        """Let later nodes read these values; they are answered as the tree carries them."""
        self.values.update(given)
        for name in given:
            self._shown.pop(name, None)
        return {name: plain(value) for name, value in given.items()}

    def shown(self, name: str) -> dict[str, str | None]:
        """An input as the tree carries it; one that several nodes read is written once."""
        found = self._shown.get(name)
        if found is None:
            value = self.values[name]
            found = {"state": value.state.value, "value": plain(value)}
            self._shown[name] = found
        return found

    def copy(self) -> World:
        """Another way from here; its tree begins here."""
        return World(
            dict(self.values),
            [*self.outcomes],
            [*self.conditions],
            dict(self.scores),
            self.limit,
            self.price,
        )


@dataclass(slots=True)
class Ending:
    """What one way through the flow, or the worse of several, comes to."""

    verdict: Verdict
    outcomes: list[RuleOutcome]
    conditions: list[Condition]
    grade: str | None
    score: Score | None
    limit: Limit | None
    price: Price | None
    limit_fen: int | None
    rate_bps: int | None
    tree: list[dict[str, Any]]


def ending_of(node: Result, world: World, policy: Policy) -> Ending:
    """The most severe effect that fired; without a limit or a price nobody is approved."""
    counted = [one.rule.effect for one in world.outcomes if one.waived_by is None]
    verdict: Verdict = max(counted, key=SEVERITY.__getitem__, default="approve")
    limit_fen = _scaled(world.values, node.limit)
    rate_bps = _scaled(world.values, node.price)
    if verdict == "approve" and (limit_fen is None or rate_bps is None):
        verdict = "refer"
    grade = world.values.get(node.grade) if node.grade is not None else None
    found = grade.text if isinstance(grade, Word) else None
    world.tree.append(
        {
            "id": node.id,
            "kind": node.kind,
            "verdict": verdict,
            "codes": [one.rule.code for one in world.outcomes if one.waived_by is None],
            "limit_fen": limit_fen,
            "rate_bps": rate_bps,
            "grade": found,
            "conditions": [one.code for one in world.conditions],
        }
    )
    return Ending(
        verdict=verdict,
        outcomes=world.outcomes,
        conditions=world.conditions,
        grade=found,
        score=None if node.score is None else world.scores.get(node.score),
        limit=world.limit,
        price=world.price,
        limit_fen=limit_fen,
        rate_bps=rate_bps,
        tree=world.tree,
    )


def ended(endings: Sequence[Ending], policy: Policy, severity: Mapping[Verdict, int]) -> Ending:
    """The worse of both in everything: verdict, limit, price, grade, conditions."""
    one, other = endings
    low = one if (one.limit_fen or 0) <= (other.limit_fen or 0) else other
    dear = one if (one.rate_bps or 0) >= (other.rate_bps or 0) else other
    unpriced = one.rate_bps is None or other.rate_bps is None
    unlimited = one.limit_fen is None or other.limit_fen is None
    return Ending(
        verdict=max(one.verdict, other.verdict, key=severity.__getitem__),
        outcomes=_merged(one.outcomes, other.outcomes),
        conditions=[*one.conditions, *(c for c in other.conditions if c not in one.conditions)],
        grade=_worse(one.grade, other.grade, policy.grades),
        score=one.score or other.score,
        limit=low.limit,
        price=dear.price,
        limit_fen=None if unlimited else low.limit_fen,
        rate_bps=None if unpriced else dear.rate_bps,
        tree=[],
    )


def _merged(one: list[RuleOutcome], other: list[RuleOutcome]) -> list[RuleOutcome]:
    seen = {outcome.rule.code for outcome in one}
    return [*one, *(outcome for outcome in other if outcome.rule.code not in seen)]


def _worse(one: str | None, other: str | None, grades: Sequence[str]) -> str | None:
    if one not in grades or other not in grades:
        return None
    return max(one, other, key=grades.index)


def _scaled(values: Mapping[str, Input], name: str | None) -> int | None:
    found = None if name is None else values.get(name)
    return None if found is None or isinstance(found, Word) else found.scaled
