"""How far every party of a neighbourhood is from one of them, and the ring that it is in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np

from risk.domain.graph.edges import Edge
from risk.domain.graph.graph import Graph
from risk.domain.graph.nodes import KEY_KINDS, is_party
from risk.domain.graph.rings import Ring, ring_of


def hops_from(graph: Graph, party: str, as_of: date) -> dict[str, int]:
    """Steps from party to party over relations and shared keys; passing a key is none of its own.

    A key that was not read to its end (a hub) leads nowhere: whoever stands at it is not listed.
    """
    neighbours = _neighbours(graph, as_of)
    found, frontier, hop = {party: 0}, [party], 0
    passed: set[str] = set(graph.unexpanded)
    while frontier:
        hop += 1
        following: set[str] = set()
        for node in frontier:
            for other in neighbours.get(node, ()):
                if is_party(other):
                    following.add(other)
                elif other not in passed:
                    passed.add(other)
                    following |= neighbours[other]
        frontier = sorted(following - set(found))
        found |= dict.fromkeys(frontier, hop)
    return found


def ring_around(graph: Graph, party: str, as_of: date) -> Ring | None:
    """The ring of M05: parties that hang together through keys that were read to their end."""
    columns = graph.columns
    place = columns.place(party)
    if place is None:
        return None
    edges = columns.edges_on(as_of, KEY_KINDS)
    edges = edges[~columns.unread[columns.target[edges]]]
    uses = np.stack([columns.source[edges], columns.target[edges], columns.kind[edges]])
    source, key, kind = np.unique(uses, axis=1)
    return ring_of(columns.names, place, source, key, kind)


def _neighbours(graph: Graph, as_of: date) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    edge: Edge
    for edge in graph.edges:
        if edge.holds_on(as_of):
            found[edge.source].add(edge.target)
            found[edge.target].add(edge.source)
    return found
