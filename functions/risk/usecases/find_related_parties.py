"""Find related parties (关联方查询): who belongs to a customer, its ring and circles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from puhui.tenancy import BankId
from risk.domain.graph.circles import Circles, guarantee_circles
from risk.domain.graph.graph import MAX_HOPS, Caps, Graph
from risk.domain.graph.groups import RelatedGroup, related_group
from risk.domain.graph.kinship import hops_from, ring_around
from risk.domain.graph.rings import Ring
from risk.graph_ports import Edges

SHOWN_CAPS: Final = Caps(max_nodes=500)
"""A person reads it, and one answer of the API carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedParties:
    """The neighbourhood of a party, and what was found in it."""

    party: str
    as_of: date
    graph: Graph
    hops: Mapping[str, int]
    """Every party that was found, and how many steps away it is."""
    ring: Ring | None
    group: RelatedGroup
    circles: Circles
    """Guarantee circles of anybody within reach."""


@dataclass(frozen=True)
class FindRelatedParties:
    """Read the neighbourhood once, within its caps, and say who belongs to the customer."""

    edges: Edges
    caps: Caps = SHOWN_CAPS

    def __call__(
        self, bank_id: BankId, customer_id: str, as_of: date, *, hops: int = MAX_HOPS
    ) -> RelatedParties:
        """What the bank learned after the day does not matter; `CustomerNotKnown` before any."""
        party = self.edges.party_of(bank_id, customer_id)
        graph = self.edges.neighbourhood(bank_id, party, as_of, hops=hops, caps=self.caps)
        return RelatedParties(
            party=party,
            as_of=as_of,
            graph=graph,
            hops=hops_from(graph, party, as_of),
            ring=ring_around(graph, party, as_of),
            group=related_group(graph, party, as_of, hops=hops),
            circles=guarantee_circles(graph, as_of),
        )
