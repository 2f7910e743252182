"""Find related parties (关联方查询): who belongs to a party, by which ties, and its circles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from puhui.tenancy import BankId
from risk.domain.graph.graph import MAX_HOPS, Caps, Graph
from risk.domain.graph.groups import TIES, RelatedGroup, Tie, related_group
from risk.graph_ports import Edges


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedParties:
    """The group of a party, and the neighbourhood in which it was found."""

    group: RelatedGroup
    graph: Graph


@dataclass(frozen=True)
class FindRelatedParties:
    """Read the neighbourhood once, within its caps, and say who belongs to the party."""

    edges: Edges
    caps: Caps = field(default_factory=Caps)

    def __call__(
        self,
        bank_id: BankId,
        node: str,
        as_of: date,
        *,
        hops: int = MAX_HOPS,
        ties: tuple[Tie, ...] = TIES,
    ) -> RelatedParties:
        """What the bank learned after the day does not matter."""
        graph = self.edges.neighbourhood(bank_id, node, as_of, hops=hops, caps=self.caps)
        group = related_group(graph, node, as_of, ties=ties, hops=hops)
        return RelatedParties(group=group, graph=graph)
