"""The edges that stand on a day, each since when the bank has known of it without a gap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from risk.domain.graph.edges import Edge, Statement, spans


def standing_on(statements: Iterable[Statement], day: date) -> list[Edge]:
    """What was known on a day: an edge of every relation that then held.

    Every application says again what the ones before it said; the edge is as old as the first of
    an unbroken row of statements, whatever share each of them told, and has the last one's share.
    The statements' order does not matter.
    """
    runs: dict[tuple[str, str, str], Edge] = {}
    for edge in spans(one for one in statements if one.on <= day):
        relation = edge.source, edge.target, edge.kind
        before = runs.get(relation)
        if before is not None and before.until == edge.since:
            edge = replace(edge, since=before.since)
        runs[relation] = edge
    return [edge for edge in runs.values() if edge.holds_on(day)]
