"""The graph of relations: one suite over the fake and the table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from puhui.blind_index import BlindIndex
from puhui.dynamodb import bind_table
from puhui.errors import Unprocessable
from puhui.tenancy import BankId
from risk.adapters.blind_nodes import BlindNodes
from risk.adapters.dynamo_graph import DynamoEdges
from risk.adapters.rows_graph import GRAPH_ROWS
from risk.domain.errors import CustomerNotKnown
from risk.domain.graph.graph import Graph
from risk.domain.graph.relations import Named, Relation
from risk.graph_ports import CustomerParty, Edges
from risk.usecases.find_related_parties import FindRelatedParties
from risk.usecases.record_relations import (
    KnownMark,
    RecordRelations,
    RecordRelationsCommand,
)
from tests.component.risk.conftest import TABLE
from tests.support.risk_desk import FIRM_CODE, NORTH
from tests.support.risk_graph import (
    DAY,
    EARLY,
    LATE,
    FixedNodeNames,
    InMemoryEdges,
    a_mark,
    a_statement,
    around,
    firms,
    pairs,
)

SOUTH = BankId("south")
A, B, C, D, E = firms(5)
PHONE, ADDRESS, DEVICE = "phone:p1", "address:a1", "device:d1"
PERSON_CODE = "11010519491231002X"
KEY = b"a secret of at least thirty-two characters"


@pytest.fixture(params=["memory", "dynamodb"])
def edges(request: pytest.FixtureRequest) -> Iterator[Edges]:
    if request.param == "memory":
        yield InMemoryEdges()
        return
    request.getfixturevalue("risk_account")
    bind_table(TABLE, *GRAPH_ROWS)
    yield DynamoEdges()


RING = (
    a_statement(A, PHONE),
    a_statement(B, PHONE),
    a_statement(B, DEVICE),
    a_statement(C, DEVICE),
    a_statement(C, D, "guarantee"),
)


def test_what_is_within_the_hops_is_found_from_every_side(edges: Edges) -> None:
    edges.record(NORTH, RING)

    everything = {(one.source, one.target, one.kind) for one in RING}

    assert pairs(around(edges)) == everything == pairs(around(edges, D))
    assert pairs(around(edges, hops=1)) == {(A, PHONE, "phone"), (B, PHONE, "phone")}


def test_the_same_statements_twice_and_in_another_order_are_kept_once(edges: Edges) -> None:
    edges.record(NORTH, RING)
    once = around(edges)

    edges.record(NORTH, RING[::-1])
    for one in RING:
        edges.record(NORTH, [one])

    assert around(edges) == once


def test_a_relation_without_direction_is_one_edge_whoever_reports_it(edges: Edges) -> None:
    edges.record(NORTH, [a_statement(A, B, "family"), a_statement(B, A, "family")])

    assert pairs(around(edges)) == pairs(around(edges, B)) == {(A, B, "family")}


def test_another_bank_sees_nothing(edges: Edges) -> None:
    edges.record(NORTH, RING, [a_mark(B)])

    assert around(edges, bank_id=SOUTH) == Graph()


def test_what_was_learned_later_does_not_matter_earlier(edges: Edges) -> None:
    edges.record(NORTH, RING)
    before = around(edges)

    edges.record(
        NORTH,
        [a_statement(A, ADDRESS, on=LATE), a_statement(B, PHONE, on=LATE, holds=False)],
        [a_mark(C, since=LATE)],
    )

    assert around(edges) == before
    assert pairs(around(edges, as_of=LATE)) == {(A, PHONE, "phone"), (A, ADDRESS, "address")}


def test_a_relation_that_ended_and_was_seen_again_has_a_gap(edges: Edges) -> None:
    weeks = [EARLY + timedelta(weeks=week) for week in range(3)]
    seen, ended, again = (
        a_statement(A, B, "guarantee", on=day, holds=holds)
        for day, holds in zip(weeks, (True, False, True), strict=True)
    )

    for one in (again, ended, seen):
        edges.record(NORTH, [one])

    assert [bool(around(edges, as_of=day).edges) for day in weeks] == [True, False, True]


def test_marks_of_all_parties_within_reach_are_read_until_they_end(edges: Edges) -> None:
    edges.record(NORTH, RING, [a_mark(A), a_mark(D, "default", risk_ppm=400_000)])
    edges.record(NORTH, [], [a_mark(A, until=LATE)])

    found, later = around(edges), around(edges, as_of=LATE)

    assert {(one.node, one.kind, one.gravity_ppm) for one in found.marks} == {
        (A, "fraud", 1_000_000),
        (D, "default", 400_000),
    }
    assert [one.node for one in later.marks] == [D]


def test_a_hub_is_not_expanded_and_the_graph_says_so(edges: Edges) -> None:
    tenants = firms(9, "t")
    edges.record(NORTH, [a_statement(one, ADDRESS) for one in (A, *tenants)])
    edges.record(NORTH, [a_statement(A, PHONE), a_statement(B, PHONE)])

    graph = around(edges, max_degree=9)

    assert (graph.unexpanded, graph.truncated) == ((ADDRESS,), True)
    assert pairs(graph) == {(A, ADDRESS, "address"), (A, PHONE, "phone"), (B, PHONE, "phone")}
    assert not around(edges, max_degree=10).truncated


def test_nothing_is_expanded_beyond_the_cap_of_nodes(edges: Edges) -> None:
    edges.record(NORTH, RING)

    graph = around(edges, max_nodes=3)

    assert graph.unexpanded == (B,)
    assert pairs(graph) == {(A, PHONE, "phone"), (B, PHONE, "phone")}


def test_a_group_is_found_over_the_store(edges: Edges) -> None:
    edges.record(
        NORTH,
        [
            a_statement(A, B, "ownership", share_bps=6_000),
            a_statement(B, C, "ownership", share_bps=2_000),
            a_statement(C, D, "guarantee"),
            a_statement(D, C, "guarantee"),
            a_statement(C, PHONE),
            a_statement(E, PHONE),
        ],
        customer=CustomerParty("cus-1", C),
    )

    found = FindRelatedParties(edges)(NORTH, "cus-1", DAY)

    assert found.group.nodes == (C, D)
    assert [one.kind for one in found.group.circles] == ["mutual"]
    assert found.hops == {C: 0, B: 1, D: 1, E: 1, A: 2}
    assert found.ring is not None
    assert found.ring.members == (C, E)


def test_a_customer_is_the_party_that_it_last_was(edges: Edges) -> None:
    for party in (A, B):
        edges.record(NORTH, [a_statement(party, PHONE)], customer=CustomerParty("cus-1", party))

    assert edges.party_of(NORTH, "cus-1") == B


def test_a_customer_of_another_bank_is_not_known(edges: Edges) -> None:
    edges.record(NORTH, [], customer=CustomerParty("cus-1", A))

    with pytest.raises(CustomerNotKnown):
        edges.party_of(SOUTH, "cus-1")


def a_command(**changes: Any) -> RecordRelationsCommand:
    firm = Named(kind="firm", value=FIRM_CODE)
    person = Named(kind="person", value=PERSON_CODE)
    relations = (
        Relation(source=firm, target=Named(kind="phone", value="+86 138-0013-8000"), kind="phone"),
        Relation(source=person, target=Named(kind="phone", value="13800138000"), kind="phone"),
        Relation(source=person, target=firm, kind="legal_person"),
    )
    marks = (KnownMark(party=person, kind="overdue", since=EARLY),)
    return RecordRelationsCommand(
        **{"bank_id": NORTH, "on": EARLY, "relations": relations, "marks": marks, **changes}
    )


def test_an_event_is_recorded_once_whatever_the_spelling(edges: Edges) -> None:
    record = RecordRelations(edges, FixedNodeNames())
    firm = FixedNodeNames().of("firm", FIRM_CODE)

    record(a_command())
    once = around(edges, firm)
    record(a_command())

    assert around(edges, firm) == once
    assert len(once.edges) == 3
    assert len({edge.target for edge in once.edges if edge.kind == "phone"}) == 1


@pytest.mark.parametrize(
    "relation",
    [
        Relation(
            source=Named(kind="firm", value="91340100MA2ABCD1XX"),
            target=Named(kind="phone", value="1"),
            kind="phone",
        ),
        Relation(
            source=Named(kind="firm", value=FIRM_CODE),
            target=Named(kind="device", value="  "),
            kind="device",
        ),
    ],
)
def test_an_event_with_a_bad_value_is_refused_whole(relation: Relation) -> None:
    edges = InMemoryEdges()
    good = a_command().relations

    with pytest.raises(Unprocessable):
        RecordRelations(edges, FixedNodeNames())(a_command(relations=(*good, relation)))

    assert not edges.kept


def test_no_value_is_in_a_row_and_no_name_outside_its_bank(risk_account: None) -> None:
    bind_table(TABLE, *GRAPH_ROWS)

    RecordRelations(DynamoEdges(), BlindNodes(BlindIndex(KEY)))(a_command())

    rows = str(boto3.client("dynamodb").scan(TableName=TABLE)["Items"])
    assert not [value for value in (FIRM_CODE, PERSON_CODE, "13800138000") if value in rows]


def test_equal_values_of_two_kinds_are_two_nodes() -> None:
    names = BlindNodes(BlindIndex(KEY))

    assert names.of("device", "1")[-32:] != names.of("payee", "1")[-32:]
    assert names.of("device", "a-1") == names.of("device", "A1")
