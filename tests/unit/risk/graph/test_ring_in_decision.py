"""M05 inside a decision: on record with its version, replayed, never better for less."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.decision import Decision
from risk.domain.graph.graph import Graph
from risk.domain.graph.nodes import KEY_KINDS, KeyKind
from risk.domain.graph.snapshot import snapshot_of
from risk.domain.indicators.months import AsOf
from risk.domain.model_fields import FIELDS
from risk.domain.model_inputs import group_concentration
from risk.domain.model_inputs.known import Known, documents_of
from risk.domain.models.ring_fraud_graph import Answer
from risk.domain.record import Given
from tests.support.risk import NOON, PARAMETERS, a_request
from tests.support.risk_applications import Bank, a_party, a_register, devices, facts_of
from tests.support.risk_archive import InMemoryArchive, keep, replayed
from tests.support.risk_graph import InMemoryEdges, a_graph, an_edge
from tests.support.risk_models import document
from tests.unit.risk.graph.cases import SUBJECT, graphs, ring_answer

ID = "ring_fraud_graph"
SHARED = devices("d-shared")
ORDER = ("none", "low", "medium", "high")


def applied(
    bank: Bank, archive: InMemoryArchive, number: int, *documents: Any, known: bool = True
) -> Decision:
    party = a_party(number)
    register = a_register(address=party.address)
    request = a_request(bank.references(register, *documents), application_id=f"app-{number}")
    use_case, decision = bank.decide(request, party if known else None)
    for body in bank.bodies.values():
        archive.documents[hashlib.sha256(body).hexdigest()] = body
    found: Decision = keep(archive, decision, use_case.artefacts, use_case.compute)
    return found


def said(decision: Decision, model: str = ID) -> dict[str, Any]:
    models = json.loads(decision.record)["models"]
    (found,) = [one for one in models if one["id"] == model]
    return dict(found)


def test_a_ring_at_one_device_is_on_record_and_replays() -> None:
    bank, archive = Bank(), InMemoryArchive()
    for number in range(1, 11):
        applied(bank, archive, number, SHARED)

    decision = applied(bank, archive, 11, SHARED)

    answer = said(decision)["answer"]
    assert (answer["level"], answer["size"], answer["score_ppm"]) == ("high", 11, 521_057)
    assert answer["shared_keys"] == [{"kind": "device", "count": 1}]
    assert replayed(archive, decision).identical


def test_its_version_and_bytes_are_pinned() -> None:
    archive = InMemoryArchive()
    decision = applied(Bank(), archive, 1, SHARED)

    manifest = json.loads(decision.record)["manifest"]
    (pin,) = [one for one in manifest["models"] if one["id"] == ID]
    card = document(ID, "card")
    assert (pin["version"], pin["sha256"]) == (card["version"], card["sha256"])
    assert pin["sha256"] in {one.sha256 for one in archive.artefacts}


def test_who_comes_later_changes_no_earlier_replay() -> None:
    bank, archive = Bank(), InMemoryArchive()
    first = applied(bank, archive, 1, SHARED)
    for number in range(2, 6):
        applied(bank, archive, number, SHARED)

    assert said(first)["answer"]["level"] == "none"
    assert replayed(archive, first).identical


def test_a_graph_altered_in_the_record_is_found() -> None:
    bank, archive = Bank(), InMemoryArchive()
    for number in range(1, 6):
        decision = applied(bank, archive, number, SHARED)
    record = json.loads(decision.record)
    record["given"]["graph"]["edges"] = record["given"]["graph"]["edges"][:1]
    key = decision.result.decision_id
    archive.records[key] = json.dumps(record).encode()

    assert not replayed(archive, decision).identical


def test_without_the_device_document_no_ring_can_be_ruled_out() -> None:
    answer = said(applied(Bank(), InMemoryArchive(), 1))["answer"]

    assert (answer["level"], answer["verdict"], answer["score_ppm"]) == ("unknown", "refer", None)
    assert "RING_NOT_KNOWN_DEVICE" in [one["code"] for one in answer["reasons"]]


def test_without_a_store_it_is_not_asked_and_the_decision_replays() -> None:
    bank, archive = Bank(edges=InMemoryEdges(down=True)), InMemoryArchive()

    decision = applied(bank, archive, 1, SHARED)

    assert said(decision) == {"id": ID, "not_asked": "no_graph"}
    assert replayed(archive, decision).identical


def test_without_a_party_it_is_not_asked() -> None:
    decision = applied(Bank(), InMemoryArchive(), 1, SHARED, known=False)

    assert said(decision)["not_asked"] == "no_graph"


def test_a_policy_reads_the_level_and_null_where_it_is_unknown() -> None:
    level, score = (FIELDS[f"model.{ID}.{name}"] for name in ("level", "score_ppm"))
    ring = a_graph(an_edge(SUBJECT, "phone:1"), an_edge("firm:1", "phone:1"))
    known, unknown = ring_answer(ring), ring_answer(ring, keys_not_known=("device",))

    assert (level.known(known), score.known(known)) == ("low", 60_000)
    assert (level.known(unknown), score.known(unknown)) == (None, None)
    assert (level.known(None), tuple(level.words or ())) == (None, ORDER)


def known_with(graph: Graph | None) -> Known:
    """A question about firm 0, with a register that names nobody."""
    request = a_request()
    return Known(
        request=request,
        segment="E",
        documents=documents_of(facts_of(a_register()), AsOf(request.as_of)),
        values={},
        given=Given(
            decided_at=NOON,
            code_version="test",
            graph=None if graph is None else snapshot_of(graph, SUBJECT, request.as_of),
        ),
        statistical={},
        parameters=PARAMETERS.on(request.as_of),
    )


def members_of(graph: Graph | None) -> list[str] | None:
    asked = group_concentration.inputs(known_with(graph), {})
    assert isinstance(asked, group_concentration.Inputs)
    return None if asked.members is None else [one.member_id for one in asked.members]


def test_the_group_of_the_graph_counts_in_concentration() -> None:
    owned = an_edge("firm:1", SUBJECT, "ownership", share_bps=6_000)

    assert members_of(a_graph(owned, an_edge("firm:2", "phone:1"))) == ["cus-1", "firm:1"]
    assert members_of(a_graph()) == ["cus-1"]


def test_a_group_that_was_not_read_or_not_to_its_end_is_not_known() -> None:
    owned = an_edge("firm:1", SUBJECT, "ownership", share_bps=6_000)

    assert members_of(None) is None
    assert members_of(a_graph(owned, unexpanded=["firm:1"])) is None


@given(graphs(), st.lists(st.sampled_from(KEY_KINDS), max_size=4).map(tuple))
def test_not_to_tell_a_key_never_helps(graph: Graph, not_known: tuple[KeyKind, ...]) -> None:
    with_all, without = ring_answer(graph), ring_answer(graph, keys_not_known=not_known)

    assert not_better(without, with_all)
    assert without.ring_id == with_all.ring_id


@given(graphs(), st.sampled_from(KEY_KINDS))
def test_hiding_keys_is_no_better_than_whatever_they_show(graph: Graph, kind: KeyKind) -> None:
    own = {one for one in graph.edges if one.source == SUBJECT and one.kind == kind}
    rest = tuple(one for one in graph.edges if one not in own)
    hidden = Graph(edges=rest, marks=graph.marks, unexpanded=graph.unexpanded)
    gaps = (kind,) * len({one.target for one in own})

    assert not_better(ring_answer(hidden, keys_not_known=gaps), ring_answer(graph))


def not_better(one: Answer, other: Answer) -> bool:
    """Whether no rule could be kinder to one answer than to the other."""
    if one.score_ppm is None:
        return one.verdict == "refer"
    if other.score_ppm is None:
        return False
    return one.score_ppm >= other.score_ppm and ORDER.index(one.level) >= ORDER.index(other.level)
