"""The store of relations on its table: what a node holds at most, and what its calls are."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.dynamodb import bind_table
from risk.adapters import dynamo_graph
from risk.adapters.dynamo_graph import DynamoEdges
from risk.adapters.rows_graph import GRAPH_ROWS, GraphNodeRow
from risk.domain.errors import GraphRefused
from risk.graph_ports import Edges
from tests.component.risk.conftest import TABLE
from tests.support.risk_desk import NORTH
from tests.support.risk_graph import (
    FIRST_FIRM,
    a_mark,
    a_statement,
    around,
    firms,
    pairs,
)

PHONE = "phone:p1"


@pytest.fixture
def table(risk_account: None) -> Edges:
    bind_table(TABLE, *GRAPH_ROWS)
    return DynamoEdges()


def test_a_node_with_too_many_statements_is_a_hub_for_good(
    table: Edges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamo_graph, "MAX_STATEMENTS", 3)
    users = firms(6)

    for user in users:
        table.record(NORTH, [a_statement(user, PHONE)])

    graph = around(table, users[5])
    kept = GraphNodeRow.get(f"BANK#{NORTH}#GRAPH#{PHONE}", "NODE")
    assert (graph.unexpanded, pairs(graph)) == ((PHONE,), {(users[5], PHONE, "phone")})
    assert (len(kept.statements), kept.full) == (3, True)


def test_a_party_with_too_many_marks_refuses_further_ones(
    table: Edges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamo_graph, "MAX_MARKS", 1)
    table.record(NORTH, [], [a_mark(FIRST_FIRM)])

    with pytest.raises(GraphRefused):
        table.record(NORTH, [a_statement(FIRST_FIRM, PHONE)], [a_mark(FIRST_FIRM, "default")])
    assert around(table).edges == ()


def test_more_nodes_than_a_transaction_takes_are_written_in_several(table: Edges) -> None:
    users = firms(140)

    table.record(NORTH, [a_statement(user, f"phone:p{user[-3:]}") for user in users])

    assert all(around(table, user, hops=1).edges for user in users[::20])


class Calls:
    """Counts what is asked of DynamoDB."""

    def __init__(self) -> None:
        self.made: list[str] = []
        events = GraphNodeRow._get_connection().connection.client.meta.events
        events.register("before-call.dynamodb", self._note)

    def _note(self, model: Any, **_: object) -> None:
        self.made.append(model.name)


def test_a_ring_is_found_in_two_reads_a_hop_and_one_more(table: Edges) -> None:
    members = firms(30)
    table.record(NORTH, [a_statement(one, f"phone:{i // 3}") for i, one in enumerate(members)])
    table.record(NORTH, [a_statement(one, f"device:{i % 5}") for i, one in enumerate(members)])
    calls = Calls()

    graph = around(table, members[0])

    assert len({edge.source for edge in graph.edges}) == 30
    assert calls.made == ["BatchGetItem"] * 7
