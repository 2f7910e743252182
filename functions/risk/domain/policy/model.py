"""A policy, read and understood: its flows, its tables, its rules, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from risk.domain.inputs import InputDefinition
from risk.domain.policy.kinds import Node, RuleSet
from risk.domain.policy.parts import Rule, Table

MAIN: Final = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Nodes by id, and where to begin."""

    id: str
    version: str
    start: str
    nodes: Mapping[str, Node]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """A version of a policy."""

    id: str
    name: str
    version: str
    sha256: str
    source: bytes = field(repr=False)
    """The document's bytes, which the hash is of."""
    valid_from: date
    valid_to: date | None
    models: Mapping[str, str]
    """The version of each model that it calls."""
    required_products: tuple[str, ...]
    grades: tuple[str, ...]
    """From the best to the worst."""
    texts: Mapping[str, tuple[str, str, str]]
    """Code, text and customer text of what no rule says."""
    tables: Mapping[str, Table]
    flows: Mapping[str, Flow]
    catalogue: Mapping[str, InputDefinition] = field(repr=False)
    """Every input that it reads or gives."""
    waivable: frozenset[str] = frozenset()
    """The codes of the rules that exceptions and snoozes may waive; all others stand."""

    def in_force(self, day: date) -> bool:
        """Both ends are included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def grades_down_to(self, grade: str) -> tuple[str, ...]:
        """A grade and every better one, the best first."""
        return self.grades[: self.grades.index(grade) + 1]

    @property
    def nodes(self) -> Iterator[Node]:
        """Every node of every flow."""
        for flow in self.flows.values():
            yield from flow.nodes.values()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of every rule set, in the order of the flow's nodes."""
        return tuple(
            rule for node in self.nodes if isinstance(node, RuleSet) for rule in node.rules
        )

    @property
    def inputs(self) -> frozenset[str]:
        """Every input from outside that some node reads."""
        given = {name for node in self.nodes for name in node.gives}
        return frozenset(name for node in self.nodes for name in node.reads) - given
