"""M05 and M25: worked examples, and what must hold of every graph."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.graph.edges import Edge
from risk.domain.graph.graph import Graph, Mark
from risk.domain.models import contagion, ring_fraud_graph
from risk.domain.models.answer import ModelInputNotValid
from tests.support.risk_graph import DAY, LATE, a_graph, a_mark, an_edge
from tests.unit.risk.graph import cases
from tests.unit.risk.graph.cases import (
    CONTAGION,
    RING,
    SUBJECT,
    artefact,
    contagion_answer,
    graphs,
    marks,
    relations,
    ring_answer,
    slow_contagion,
    slow_suspicion,
    uses,
)

QUICK = settings(max_examples=50, deadline=None)
MODELS: Any = {
    "ring_fraud_graph": (ring_fraud_graph, RING),
    "contagion": (contagion, CONTAGION),
}
VECTORS = [
    pytest.param(model, vector, id=f"{model}: {vector['name']}")
    for model in MODELS
    for vector in artefact(model, "golden")["vectors"]
]


@pytest.mark.parametrize(("model", "vector"), VECTORS)
def test_a_golden_vector_is_answered_to_the_letter(model: str, vector: Any) -> None:
    module, parameters = MODELS[model]
    inputs = msgspec.convert(vector["inputs"], module.Inputs, strict=True)

    answered = module.answer(inputs, parameters)

    assert json.loads(json.dumps(msgspec.to_builtins(answered))) == vector["answer"]
    assert msgspec.convert(vector["answer"], module.Answer, strict=True) == answered


@pytest.mark.parametrize("model", MODELS)
def test_a_graph_that_was_read_by_a_model_is_written_as_before(model: str) -> None:
    module, parameters = MODELS[model]
    vector = artefact(model, "golden")["vectors"][0]
    inputs = msgspec.convert(vector["inputs"], module.Inputs, strict=True)

    module.answer(inputs, parameters)

    assert json.loads(json.dumps(msgspec.to_builtins(inputs))) == vector["inputs"]


@pytest.mark.parametrize("model", MODELS)
def test_every_parameter_has_a_source_and_the_card_names_every_output(model: str) -> None:
    module, _ = MODELS[model]
    parameters, card = artefact(model, "parameters"), artefact(model, "card")

    assert set(parameters["sources"]) == set(parameters["parameters"])
    fields = set(module.Answer.__dataclass_fields__) - {"reasons"}
    assert set(card["output"]) == fields


@QUICK
@given(graphs(uses()))
def test_the_suspicion_is_what_walking_every_way_finds(graph: Graph) -> None:
    score = ring_answer(graph).score_ppm

    assert score is None or abs(score - slow_suspicion(graph) * 1e6) <= 1


@QUICK
@given(graphs(relations()))
def test_the_contagion_is_what_trying_every_way_finds(graph: Graph) -> None:
    (exposure,) = contagion_answer(graph).exposures

    assert abs((exposure.score_ppm or 0) - slow_contagion(graph)) <= 1


def no_better(before: int | None, after: int | None) -> bool:
    return before is None or (after is not None and after >= before)


@QUICK
@given(graphs(), uses(), relations(), marks)
def test_more_edges_or_marks_never_lower_either_score(
    graph: Graph, use: Edge, relation: Edge, mark: Mark
) -> None:
    more = replace(graph, edges=(*graph.edges, use, relation), marks=(*graph.marks, mark))
    before, after = ring_answer(graph), ring_answer(more)
    (was,), (is_now,) = contagion_answer(graph).exposures, contagion_answer(more).exposures

    assert no_better(before.score_ppm, after.score_ppm)
    assert before.size <= after.size
    assert no_better(was.score_ppm, is_now.score_ppm)


@QUICK
@given(graphs(), st.sampled_from([*cases.PARTIES[1:], *cases.KEYS]))
def test_what_was_not_read_counts_as_the_worst(graph: Graph, unread: str) -> None:
    less = replace(graph, unexpanded=tuple({*graph.unexpanded, unread}))

    (was,), (is_now,) = contagion_answer(graph).exposures, contagion_answer(less).exposures

    assert no_better(ring_answer(graph).score_ppm, ring_answer(less).score_ppm)
    assert no_better(was.score_ppm, is_now.score_ppm)


@QUICK
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_edges_and_marks_does_not_matter(graph: Graph, random: Any) -> None:
    edges, known = list(graph.edges), list(graph.marks)
    random.shuffle(edges)
    random.shuffle(known)
    other = replace(graph, edges=(*edges, *edges[:3]), marks=tuple(known))

    assert ring_answer(other) == ring_answer(graph)
    assert contagion_answer(other) == contagion_answer(graph)


@QUICK
@given(graphs())
def test_what_was_learned_after_the_day_does_not_matter(graph: Graph) -> None:
    assert ring_answer(graph.as_of(DAY)) == ring_answer(graph)
    assert contagion_answer(graph.as_of(DAY)) == contagion_answer(graph)


@QUICK
@given(graphs(), cases.DAYS)
def test_an_answer_round_trips_through_json(graph: Graph, day: date) -> None:
    for answered in (ring_answer(graph, as_of=day), contagion_answer(graph, as_of=day)):
        written = json.loads(json.dumps(msgspec.to_builtins(answered)))

        assert msgspec.convert(written, type(answered), strict=True) == answered


def test_without_a_graph_nothing_passes() -> None:
    shallow = Graph(edges=(an_edge(SUBJECT, "phone:p"),), hops=2)
    for graph in (None, shallow, Graph(unexpanded=(SUBJECT,))):
        ring = ring_answer(graph)

        assert (ring.level, ring.verdict, ring.score_ppm) == ("unknown", "refer", None)
    for graph in (None, shallow, Graph(unexpanded=(SUBJECT,))):
        found = contagion_answer(graph)

        assert (found.exposures[0].level, found.verdict) == ("unknown", "refer")


def test_an_applicant_about_whom_nothing_is_recorded_does_not_pass() -> None:
    assert ring_answer(Graph()).verdict == "refer"


def test_a_shared_address_alone_never_is_grave_however_many_share_it() -> None:
    everybody = [an_edge(f"firm:{n}", "address:a") for n in range(500)]
    few, many = ring_answer(a_graph(*everybody[:5])), ring_answer(a_graph(*everybody))
    hub = ring_answer(a_graph(everybody[0], unexpanded=["address:a"]))

    assert [one.level for one in (few, many, hub)] == ["low", "low", "low"]
    assert (few.score_ppm or 0) < (many.score_ppm or 0) <= (hub.score_ppm or 0)
    assert hub.truncated
    assert "RING_HUB_ADDRESS" in {reason.code for reason in hub.reasons}


def test_a_device_of_many_applicants_is_grave() -> None:
    found = ring_answer(a_graph(*(an_edge(f"firm:{n}", "device:d") for n in range(12))))

    assert (found.size, found.level, found.verdict) == (12, "high", "refer")


def test_a_ring_has_one_name_whoever_of_it_applies() -> None:
    ring = a_graph(an_edge("firm:0", "phone:p"), an_edge("firm:1", "phone:p"))

    assert ring_answer(ring).ring_id == ring_answer(ring, subject="firm:1").ring_id is not None


def test_density_counts_uses_of_shared_keys_only() -> None:
    ring = ring_answer(
        a_graph(
            an_edge("firm:0", "phone:p"),
            an_edge("firm:1", "phone:p"),
            an_edge("firm:1", "device:d"),
            an_edge("firm:2", "device:d"),
            an_edge("firm:2", "payee:own"),
        )
    )

    assert (ring.size, ring.density_ppm) == (3, 666_666)
    assert [(one.kind, one.count) for one in ring.shared_keys] == [("phone", 1), ("device", 1)]


def test_several_parties_are_answered_in_their_order() -> None:
    chain = a_graph(
        an_edge("firm:0", "firm:1", "guarantee"),
        an_edge("firm:1", "firm:2", "guarantee"),
        marks=[a_mark("firm:2", "default")],
    )

    found = contagion_answer(chain, "firm:1", "firm:0", "firm:2")

    assert [one.score_ppm for one in found.exposures] == [480_000, 230_400, 0]
    assert found.exposures[1].path == ("firm:2", "firm:1", "firm:0")
    assert found.exposures[1].path_kinds == ("guarantee", "guarantee")


def test_a_party_does_not_catch_its_own_distress_back() -> None:
    circle = a_graph(
        an_edge("firm:0", "firm:1", "guarantee"),
        an_edge("firm:1", "firm:0", "guarantee"),
        marks=[a_mark(SUBJECT, "default")],
    )

    assert contagion_answer(circle).exposures[0].score_ppm == 0


def test_an_edge_ends_on_the_day_on_which_the_bank_learned_of_it() -> None:
    ended = a_graph(
        an_edge("firm:0", "firm:1", "guarantee", until=LATE), marks=[a_mark("firm:1", "default")]
    )

    last, after = LATE - timedelta(days=1), LATE
    assert [contagion_answer(ended, as_of=day).exposures[0].score_ppm for day in (last, after)] == [
        480_000,
        0,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"high_ppm": 1},
        {"max_hops": 4},
        {"stranger_ppm": 0},
        {"keys": ()},
        {"keys": (*RING.keys, RING.keys[0])},
        {"keys": (ring_fraud_graph.KeyWeight(kind="phone", ceiling_ppm=1_000_000),)},
    ],
)
def test_parameters_that_make_no_sense_are_refused(changes: Any) -> None:
    with pytest.raises(ModelInputNotValid):
        replace(RING, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"decay_ppm": 0},
        {"max_hops": 0},
        {"passages": ()},
        {"passages": (contagion.Passage(kind="phone", forward_ppm=1, backward_ppm=1),)},
        {"low_ppm": 300_000},
    ],
)
def test_passages_that_make_no_sense_are_refused(changes: Any) -> None:
    with pytest.raises(ModelInputNotValid):
        replace(CONTAGION, **changes)


@pytest.mark.parametrize("nodes", [(), ("firm:0", "firm:0"), ("phone:p",), ("nobody",)])
def test_whom_nobody_can_ask_about_is_refused(nodes: tuple[str, ...]) -> None:
    with pytest.raises(ModelInputNotValid):
        contagion.answer(contagion.Inputs(nodes=nodes, as_of=DAY, graph=Graph()), CONTAGION)
