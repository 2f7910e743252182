"""Policies as data: versioned rules over named inputs, evaluated completely, never by surprise.

A condition on an input without a value is neither true nor false, and a rule fires unless its
condition is false (Kleene's logic). So taking a value away can only make more rules fire, and
missing never helps: not by care in each rule, but by how rules are read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from puhui.contracts.risk import Verdict
from risk.domain.errors import PolicyNotValid
from risk.domain.inputs import Input, Inputs, input_name

OPERATORS: Mapping[str, tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    "lt": ("<", operator.lt),
    "le": ("≤", operator.le),
    "gt": (">", operator.gt),
    "ge": ("≥", operator.ge),
}
MAX_DEPTH = 4
"""Conditions are read by people; deeper nesting is a rule that should be two."""
SEVERITY: Mapping[Verdict, int] = {"approve": 0, "refer": 1, "decline": 2}


class Connective(StrEnum):
    """How the parts of a condition are joined."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One input against a number, or against another input."""

    input: str
    op: str
    threshold: Decimal | str

    def holds(self, inputs: Inputs) -> bool | None:
        """True, false, or None when one of the two sides has no value."""
        left, right = inputs[self.input].value, self.right(inputs).value
        if left is None or right is None:
            return None
        return OPERATORS[self.op][1](left, right)

    def right(self, inputs: Inputs) -> Input:
        """The number compared with."""
        if isinstance(self.threshold, str):
            return inputs[self.threshold]
        return Input(self.threshold)


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions, all or any of which must hold."""

    connective: Connective
    parts: tuple[Condition, ...]

    def holds(self, inputs: Inputs) -> bool | None:
        """Kleene's three-valued logic."""
        found = [part.holds(inputs) for part in self.parts]
        decisive = self.connective is Connective.ANY
        if decisive in found:
            return decisive
        return None if None in found else not decisive


Condition = Comparison | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: when it fires, what that means, and how it is said to staff and to the customer."""

    code: str
    stage: str
    text: str
    customer_text: str
    when: Condition
    effect: Verdict
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A band of the score: from this many points on."""

    grade: str
    min_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A published version of a policy."""

    id: str
    name: str
    version: str
    sha256: str
    valid_from: date
    valid_to: date | None
    model: str
    rules: tuple[Rule, ...]
    grades: tuple[Grade, ...]
    approval_code: str
    approval_text: str
    approval_customer_text: str

    def in_force(self, day: date) -> bool:
        """Both ends are included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def grade_of(self, points: int) -> str:
        """The best band that the points reach."""
        return next(band.grade for band in self.grades if points >= band.min_points)

    def grades_down_to(self, grade: str) -> tuple[str, ...]:
        """A grade and every better one, the best first."""
        names = [band.grade for band in self.grades]
        return tuple(names[: names.index(grade) + 1])

    @property
    def inputs(self) -> frozenset[str]:
        """Every input that some rule reads."""
        return frozenset(
            name for rule in self.rules for leaf in comparisons(rule.when) for name in _names(leaf)
        )


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """One rule, evaluated: whether it fired, and what its condition said."""

    rule: Rule
    holds: bool | None

    @property
    def fired(self) -> bool:
        """A rule fires unless it is known that its condition does not hold."""
        return self.holds is not False


def evaluate(policy: Policy, inputs: Inputs) -> tuple[RuleOutcome, ...]:
    """Evaluate every rule; the trace tells also why a rule did not fire."""
    return tuple(RuleOutcome(rule, rule.when.holds(inputs)) for rule in policy.rules)


def verdict_of(outcomes: tuple[RuleOutcome, ...]) -> Verdict:
    """The most severe effect that fired; approve when nothing did."""
    effects: list[Verdict] = [outcome.rule.effect for outcome in outcomes if outcome.fired]
    return max(effects, key=SEVERITY.__getitem__, default="approve")


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The leaves of a condition, in their order."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for part in condition.parts:
        yield from comparisons(part)


def _names(leaf: Comparison) -> tuple[str, ...]:
    return (leaf.input, leaf.threshold) if isinstance(leaf.threshold, str) else (leaf.input,)


def read_condition(document: Any, depth: int = 1) -> Condition:
    """Read a condition; whatever it does not know is refused."""
    if depth > MAX_DEPTH or not isinstance(document, dict):
        raise PolicyNotValid("a condition is an object, not nested deeper than four")
    for connective in Connective:
        if set(document) == {connective.value}:
            parts = document[connective.value]
            if not isinstance(parts, list) or not parts:
                raise PolicyNotValid(f"{connective.value} needs conditions")
            return Group(connective, tuple(read_condition(part, depth + 1) for part in parts))
    if set(document) != {"input", "op", "value"} or document["op"] not in OPERATORS:
        raise PolicyNotValid(f"unknown condition with the keys {sorted(document)}")
    return Comparison(_known(document["input"]), document["op"], _threshold(document["value"]))


def _threshold(value: Any) -> Decimal | str:
    if isinstance(value, dict) and set(value) == {"input"}:
        return _known(value["input"])
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise PolicyNotValid("a threshold is an integer, a decimal in quotes, or an input")
    return Decimal(value)


def _known(name: Any) -> str:
    if not isinstance(name, str) or input_name(name) is None:
        raise PolicyNotValid(f"unknown input {name!r}")
    return name
