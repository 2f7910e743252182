"""Builders and the fake of the graph of relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from puhui.blind_index import normalised
from puhui.errors import PuhuiError, UpstreamUnavailable
from puhui.tenancy import BankId
from risk.domain.errors import CustomerNotKnown
from risk.domain.graph.edges import Edge, EdgeKind, Statement
from risk.domain.graph.graph import Caps, Graph, Mark, MarkKind
from risk.domain.graph.neighbourhood import NodeRecord, neighbourhood
from risk.domain.graph.nodes import NodeKind, kind_of, node_id
from risk.graph_ports import CustomerParty, Edges
from tests.support.risk_desk import NORTH, fingerprint

EARLY = date(2026, 1, 5)
DAY = date(2026, 7, 1)
LATE = date(2026, 9, 1)


def an_edge(source: str, target: str, kind: EdgeKind | None = None, **changes: Any) -> Edge:
    """A use of a key, or the relation that is named."""
    known: Any = kind or kind_of(target)
    return Edge(**{"source": source, "target": target, "kind": known, "since": EARLY, **changes})


def a_statement(
    source: str, target: str, kind: EdgeKind | None = None, **changes: Any
) -> Statement:
    """What was learned early in the year."""
    known: Any = kind or kind_of(target)
    return Statement(**{"source": source, "target": target, "kind": known, "on": EARLY, **changes})


def a_mark(node: str, kind: MarkKind = "fraud", **changes: Any) -> Mark:
    """A mark that stands since early in the year."""
    return Mark(**{"node": node, "kind": kind, "since": EARLY, **changes})


def a_graph(*edges: Edge, marks: Iterable[Mark] = (), unexpanded: Iterable[str] = ()) -> Graph:
    """A graph of three hops."""
    return Graph(edges=edges, marks=tuple(marks), unexpanded=tuple(unexpanded))


def firms(count: int, prefix: str = "f") -> list[str]:
    """Names of firms."""
    return [f"firm:{prefix}{number:03d}" for number in range(count)]


@dataclass
class InMemoryEdges:
    """What was stated, by bank and node."""

    kept: dict[tuple[str, str], set[Statement]] = field(default_factory=lambda: defaultdict(set))
    marks: dict[tuple[str, str], set[Mark]] = field(default_factory=lambda: defaultdict(set))
    customers: dict[tuple[str, str], str] = field(default_factory=dict)
    down: bool = False

    def record(
        self,
        bank_id: BankId,
        statements: Sequence[Statement],
        marks: Sequence[Mark] = (),
        customer: CustomerParty | None = None,
    ) -> None:
        self._answer()
        for one in statements:
            for end in (one.source, one.target):
                self.kept[bank_id, end].add(one.canonical)
        for mark in marks:
            self.marks[bank_id, mark.node].add(mark)
        if customer is not None:
            self.customers[bank_id, customer.customer_id] = customer.node

    def party_of(self, bank_id: BankId, customer_id: str) -> str:
        self._answer()
        if (bank_id, customer_id) not in self.customers:
            raise CustomerNotKnown
        return self.customers[bank_id, customer_id]

    def neighbourhood(
        self, bank_id: BankId, node: str, as_of: date, *, hops: int, caps: Caps
    ) -> Graph:
        def read(nodes: Iterable[str]) -> Mapping[str, NodeRecord]:
            return {
                one: NodeRecord(
                    node=one,
                    statements=frozenset(self.kept[bank_id, one]),
                    marks=frozenset(self.marks[bank_id, one]),
                )
                for one in nodes
                if self.kept[bank_id, one] or self.marks[bank_id, one]
            }

        self._answer()
        return neighbourhood(read, node, as_of, hops=hops, caps=caps)

    def _answer(self) -> None:
        if self.down:
            raise UpstreamUnavailable("the table does not answer")


class FixedNodeNames:
    """Names for tests."""

    def of(self, kind: NodeKind, value: str) -> str:
        return node_id(kind, fingerprint("person", f"{kind}{normalised(value)}"))


@dataclass
class NotedSignals:
    """Of which decisions the graph was lost."""

    noted: list[tuple[str, str]] = field(default_factory=list)

    def lost(self, bank_id: BankId, decision_id: str, error: PuhuiError) -> None:
        self.noted.append((decision_id, error.code))


FIRST_FIRM = firms(1)[0]


def around(edges: Edges, node: str = FIRST_FIRM, as_of: date = DAY, **changes: Any) -> Graph:
    """What is within three hops of a firm, or as far as is said."""
    hops = changes.pop("hops", 3)
    bank_id = changes.pop("bank_id", NORTH)
    return edges.neighbourhood(bank_id, node, as_of, hops=hops, caps=Caps(**changes))


def pairs(graph: Graph) -> set[tuple[str, str, str]]:
    """The edges without their days."""
    return {(edge.source, edge.target, edge.kind) for edge in graph.edges}
