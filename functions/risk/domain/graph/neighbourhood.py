"""Read a party's neighbourhood hop by hop, bounded by hops, nodes and the degree of hubs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from risk.domain.graph.edges import Edge, Statement
from risk.domain.graph.graph import MAX_HOPS, Caps, Graph, Mark, settled
from risk.domain.graph.nodes import checked_node, is_party
from risk.domain.graph.standing import standing_on
from risk.domain.models.answer import require


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecord:
    """Everything that is kept about one node."""

    node: str
    statements: frozenset[Statement] = frozenset()
    marks: frozenset[Mark] = frozenset()
    full: bool = False
    """More was stated about it than is kept: a hub for good."""


ReadNodes = Callable[[Iterable[str]], Mapping[str, NodeRecord]]
"""The records of nodes, read together; a node about which nothing was stated is left out."""


def neighbourhood(read: ReadNodes, start: str, as_of: date, *, hops: int, caps: Caps) -> Graph:
    """Read in rounds: all parties of a hop together, then all keys that they use together.

    A hub is not expanded. When the next neighbours do not fit below the cap of nodes, nothing more
    is expanded at all: an edge more can then only make more unknown. Nodes are taken by name, so
    the answer does not depend on an order.
    """
    require(1 <= hops <= MAX_HOPS, "hops", f"is between 1 and {MAX_HOPS}")
    walk = _Walk(read, as_of, caps, seen={checked_node(start)})
    parties = [start]
    for _ in range(hops):
        found = walk.expand(parties)
        beyond = walk.expand([node for node in found if not is_party(node)])
        parties = sorted({*beyond, *filter(is_party, found)})
    walk.look(parties)
    return walk.graph(hops)


@dataclass
class _Walk:
    read: ReadNodes
    as_of: date
    caps: Caps
    seen: set[str]
    edges: set[Edge] = field(default_factory=set)
    marks: set[Mark] = field(default_factory=set)
    unexpanded: set[str] = field(default_factory=set)
    stopped: bool = False

    def expand(self, nodes: list[str]) -> list[str]:
        """Follow the edges of nodes; answers the neighbours that are new."""
        records = self.look(nodes)
        found: set[str] = set()
        for node in sorted(records):
            found |= self._follow(records[node])
        return sorted(found)

    def look(self, nodes: list[str]) -> Mapping[str, NodeRecord]:
        """Read the nodes and keep their marks."""
        records = self.read(sorted(nodes)) if nodes else {}
        for record in records.values():
            self.marks.update(settled(record.marks, self.as_of))
        return records

    def _follow(self, record: NodeRecord) -> set[str]:
        node = record.node
        edges = standing_on(record.statements, self.as_of)
        neighbours = {edge.target if edge.source == node else edge.source for edge in edges}
        new = neighbours - self.seen
        hub = record.full or len(neighbours) > self.caps.max_degree
        self.stopped = self.stopped or (not hub and len(self.seen) + len(new) > self.caps.max_nodes)
        if hub or (self.stopped and new):
            self.unexpanded.add(node)
            self.edges.update(one for one in edges if {one.source, one.target} <= self.seen)
            return set()
        self.edges.update(edges)
        self.seen |= new
        return new

    def graph(self, hops: int) -> Graph:
        """What was read, in the order of names."""
        return Graph(
            edges=tuple(sorted(self.edges, key=_edge_order)),
            marks=tuple(sorted(self.marks, key=_mark_order)),
            unexpanded=tuple(sorted(self.unexpanded)),
            hops=hops,
        )


def _edge_order(edge: Edge) -> tuple[str, str, str, date]:
    return edge.source, edge.target, edge.kind, edge.since


def _mark_order(mark: Mark) -> tuple[str, str, date, int]:
    return mark.node, mark.kind, mark.since, mark.gravity_ppm
