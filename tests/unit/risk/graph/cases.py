"""Parameters as shipped, random graphs, and slow second implementations of both models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from infra.config import ROOT
from risk.domain.graph.edges import Edge
from risk.domain.graph.graph import Graph, Mark
from risk.domain.graph.nodes import KEY_KINDS
from risk.domain.models import contagion, ring_fraud_graph
from tests.support.risk_graph import DAY, EARLY

ARTEFACTS = ROOT / "layers" / "models" / "artefacts"
T = TypeVar("T")


def artefact(model: str, name: str) -> Any:
    return json.loads(Path(ARTEFACTS / model / f"{name}.json").read_text(encoding="utf-8"))


def parameters_of(model: str, into: type[T]) -> T:
    return msgspec.convert(artefact(model, "parameters")["parameters"], into, strict=True)


RING = parameters_of("ring_fraud_graph", ring_fraud_graph.Parameters)
CONTAGION = parameters_of("contagion", contagion.Parameters)
SUBJECT = "firm:0"
PARTIES = [SUBJECT, *(f"firm:{n}" for n in range(1, 6)), *(f"person:{n}" for n in range(3))]
KEYS = [f"{kind}:{n}" for kind in KEY_KINDS for n in range(2)]
RELATIONS = ("ownership", "legal_person", "controller", "family", "guarantee")
DAYS = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))


@st.composite
def uses(draw: Callable[[Any], Any]) -> Edge:
    key = draw(st.sampled_from(KEYS))
    since = draw(st.sampled_from([EARLY, *[DAY + timedelta(days=d) for d in (-1, 0, 1)]]))
    kind = key.partition(":")[0]
    return Edge(source=draw(st.sampled_from(PARTIES)), target=key, kind=kind, since=since)


@st.composite
def relations(draw: Callable[[Any], Any]) -> Edge:
    source, target = draw(st.permutations(PARTIES))[:2]
    kind = draw(st.sampled_from(RELATIONS))
    share = draw(st.sampled_from([None, 0, 3_000, 5_001])) if kind == "ownership" else None
    since = draw(st.sampled_from([EARLY, DAY, DAY + timedelta(days=1)]))
    return Edge(source=source, target=target, kind=kind, since=since, share_bps=share)


marks = st.builds(
    Mark,
    node=st.sampled_from(PARTIES),
    kind=st.sampled_from(["fraud", "blacklisted", "default", "overdue"]),
    since=st.sampled_from([EARLY, DAY + timedelta(days=1)]),
    risk_ppm=st.sampled_from([None, 1, 200_000, 999_999]),
)


def graphs(edges: Any = None) -> Any:
    one = st.one_of(uses(), relations()) if edges is None else edges
    return st.builds(
        Graph,
        edges=st.lists(one, max_size=24).map(tuple),
        marks=st.lists(marks, max_size=4).map(tuple),
        unexpanded=st.lists(st.sampled_from([*PARTIES[1:], *KEYS]), max_size=2, unique=True).map(
            tuple
        ),
    )


def ring_answer(graph: Graph | None, **changes: Any) -> ring_fraud_graph.Answer:
    inputs = {"subject": SUBJECT, "as_of": DAY, "graph": graph, **changes}
    return ring_fraud_graph.answer(ring_fraud_graph.Inputs(**inputs), RING)


def contagion_answer(graph: Graph | None, *nodes: str, **changes: Any) -> contagion.Answer:
    inputs = {"nodes": nodes or (SUBJECT,), "as_of": DAY, "graph": graph, **changes}
    return contagion.answer(contagion.Inputs(**inputs), CONTAGION)


def slow_suspicion(graph: Graph) -> float:
    """The same score by walking every way from the subject, with floats and no arrays."""
    ceilings = {one.kind: one.ceiling_ppm / 1e6 for one in RING.keys}
    used = {(e.source, e.target) for e in graph.edges if e.kind in ceilings and e.holds_on(DAY)}
    gravity = {
        party: max(
            [RING.stranger_ppm]
            + [
                mark.gravity_ppm
                for mark in graph.marks
                if mark.node == party and mark.kind in RING.mark_kinds and mark.stands_on(DAY)
            ]
        )
        / 1e6
        for party in PARTIES
    }

    def of_party(party: str, came_by: str | None, hops: int) -> float:
        quiet = 1.0 if party == SUBJECT else 1 - gravity[party]
        if party in graph.unexpanded:
            return 1.0
        for owner, key in used:
            if owner == party and key != came_by and hops:
                kind: Any = key.partition(":")[0]
                quiet *= 1 - ceilings[kind] * of_key(key, party, hops)
        return 1 - quiet

    def of_key(key: str, came_from: str, hops: int) -> float:
        if key in graph.unexpanded:
            return 1.0
        quiet = 1.0
        for party, used_key in used:
            if used_key == key and party not in {came_from, SUBJECT}:
                quiet *= 1 - of_party(party, key, hops - 1)
        return 1 - quiet

    return of_party(SUBJECT, None, RING.max_hops)


def slow_contagion(graph: Graph) -> int:
    """The same score by trying every way to the subject."""
    ways = [*_ways(graph)]
    most = max(max(one.forward_ppm, one.backward_ppm) for one in CONTAGION.passages)
    bound = most * CONTAGION.decay_ppm // 1_000_000

    def gravity(node: str, hops: int) -> int:
        found = [
            mark.gravity_ppm
            for mark in graph.marks
            if mark.node == node and mark.kind in CONTAGION.mark_kinds and mark.stands_on(DAY)
        ]
        return max([0, *found, *([bound] if hops and node in graph.unexpanded else [])])

    def best(node: str, hops: int) -> int:
        further = [
            passes * best(source, hops - 1) // 1_000_000
            for source, target, passes in ways
            if hops and target == node and source != SUBJECT
        ]
        return max([gravity(node, hops), *further])

    quiet = 1.0
    for neighbour in {source for source, target, _ in ways if target == SUBJECT}:
        brought = max(
            passes * best(neighbour, CONTAGION.max_hops - 1) // 1_000_000
            for source, target, passes in ways
            if (source, target) == (neighbour, SUBJECT)
        )
        quiet *= 1 - brought / 1e6
    return round((1 - quiet) * 1e6)


def _ways(graph: Graph) -> Iterator[tuple[str, str, int]]:
    passages = {one.kind: one for one in CONTAGION.passages}
    for edge in graph.edges:
        passage = passages.get(edge.kind)
        if passage is not None and edge.holds_on(DAY):
            share = 10_000 if edge.share_bps is None else edge.share_bps
            for source, target, ppm in (
                (edge.source, edge.target, passage.forward_ppm),
                (edge.target, edge.source, passage.backward_ppm),
            ):
                yield source, target, ppm * share // 10_000 * CONTAGION.decay_ppm // 1_000_000
