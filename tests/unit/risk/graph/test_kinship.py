"""Snapshots that decisions keep, steps from party to party, and the ring as M05 sees it."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.canonical import canonical_json
from risk.domain.graph.graph import Graph
from risk.domain.graph.kinship import hops_from, ring_around
from risk.domain.graph.snapshot import graph_of, snapshot_of, subject_of
from risk.domain.models.ring_fraud_graph import Inputs, answer
from tests.support.risk_graph import DAY, a_graph, a_mark, an_edge
from tests.unit.risk.graph.cases import RING, SUBJECT, graphs

A, B, C, D = (f"firm:{name}" for name in "abcd")


def in_another_order(graph: Graph, order: random.Random) -> Graph:
    parts = [[*graph.edges], [*graph.marks], [*graph.unexpanded]]
    for part in parts:
        order.shuffle(part)
    return a_graph(*parts[0], marks=parts[1], unexpanded=parts[2])


def test_passing_a_key_is_no_step_of_its_own() -> None:
    phones = [an_edge(party, "phone:1") for party in (A, B)]
    graph = a_graph(*phones, an_edge(B, C, "guarantee"), an_edge(D, C, "guarantee"))

    assert hops_from(graph, A, DAY) == {A: 0, B: 1, C: 2, D: 3}


def test_nobody_is_reached_over_a_hub() -> None:
    graph = a_graph(an_edge(A, "address:1"), an_edge(B, "address:1"), unexpanded=["address:1"])

    assert hops_from(graph, A, DAY) == {A: 0}
    assert ring_around(graph, A, DAY) is None


def test_without_anything_known_a_party_is_alone() -> None:
    assert hops_from(Graph(), A, DAY) == {A: 0}
    assert ring_around(Graph(), A, DAY) is None


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_the_ring_is_the_one_that_m05_answers(graph: Graph) -> None:
    found = answer(Inputs(subject=SUBJECT, as_of=DAY, graph=graph), RING)
    if found.level == "unknown":
        return

    ring = ring_around(graph, SUBJECT, DAY)

    assert (None if ring is None else ring.ring_id) == found.ring_id


@given(graphs(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_snapshot_is_the_same_graph_in_one_spelling(graph: Graph, order: random.Random) -> None:
    written = snapshot_of(graph, SUBJECT, DAY, keys_not_known=["device"])
    shuffled = in_another_order(graph, order)

    read = graph_of(json.loads(canonical_json(written)))

    assert canonical_json(snapshot_of(shuffled, SUBJECT, DAY, keys_not_known=["device"])) == (
        canonical_json(written)
    )
    assert snapshot_of(read, SUBJECT, DAY, keys_not_known=["device"]) == written
    assert subject_of(written) == SUBJECT
    question = Inputs(subject=SUBJECT, as_of=DAY, graph=graph)
    again = Inputs(subject=subject_of(written), as_of=DAY, graph=read)
    assert answer(again, RING) == answer(question, RING)


def test_an_unknown_risk_stays_unknown() -> None:
    graph = a_graph(marks=[a_mark(A), a_mark(B, risk_ppm=0)])

    assert [one.risk_ppm for one in graph_of(snapshot_of(graph, A, DAY)).marks] == [None, 0]
