"""A neighbourhood as a decision's record keeps it: fingerprints, numbers and days, nothing else.

Nodes are listed once by name and referred to by position. What was read again in another order is
written the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from risk.domain.graph.edges import Edge
from risk.domain.graph.graph import Graph, Mark
from risk.domain.graph.nodes import KeyKind


def snapshot_of(
    graph: Graph, subject: str, as_of: date, *, keys_not_known: Sequence[KeyKind] = ()
) -> dict[str, Any]:
    """What stood on a day around a party, and which keys of its own nobody told."""
    seen = graph.as_of(as_of)
    ends = {end for edge in seen.edges for end in (edge.source, edge.target)}
    nodes = sorted({subject, *ends, *(mark.node for mark in seen.marks), *seen.unexpanded})
    place = {node: number for number, node in enumerate(nodes)}
    return {
        "subject": place[subject],
        "hops": seen.hops,
        "nodes": nodes,
        "edges": sorted(_edge(one, place) for one in seen.edges),
        "marks": sorted(_mark(one, place) for one in seen.marks),
        "unexpanded": sorted(place[node] for node in seen.unexpanded),
        "keys_not_known": list(keys_not_known),
    }


def subject_of(snapshot: Mapping[str, Any]) -> str:
    """Around whom it was read."""
    return str(snapshot["nodes"][snapshot["subject"]])


def graph_of(snapshot: Mapping[str, Any]) -> Graph:
    """The graph that `snapshot_of` wrote."""
    nodes = snapshot["nodes"]
    return Graph(
        edges=tuple(
            Edge(
                source=nodes[source],
                target=nodes[target],
                kind=kind,
                since=date.fromisoformat(since),
                share_bps=None if share < 0 else share,
            )
            for source, target, kind, since, share in snapshot["edges"]
        ),
        marks=tuple(
            Mark(
                node=nodes[node],
                kind=kind,
                since=date.fromisoformat(since),
                risk_ppm=None if risk < 0 else risk,
            )
            for node, kind, since, risk in snapshot["marks"]
        ),
        unexpanded=tuple(nodes[place] for place in snapshot["unexpanded"]),
        hops=snapshot["hops"],
    )


def _edge(one: Edge, place: Mapping[str, int]) -> list[Any]:
    """A share that is not known is -1, so that all rows compare."""
    share = -1 if one.share_bps is None else one.share_bps
    return [place[one.source], place[one.target], one.kind, one.since.isoformat(), share]


def _mark(one: Mark, place: Mapping[str, int]) -> list[Any]:
    risk = -1 if one.risk_ppm is None else one.risk_ppm
    return [place[one.node], one.kind, one.since.isoformat(), risk]
