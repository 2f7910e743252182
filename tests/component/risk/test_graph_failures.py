"""The graph in a decision when the table does not answer, or others write at the same node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from puhui.dynamodb import bind_table, connection
from puhui.errors import StaleVersion
from risk.adapters.dynamo_graph import MAX_ATTEMPTS, DynamoEdges
from risk.adapters.rows_graph import GRAPH_ROWS
from risk.domain.graph.graph import Caps
from tests.component.risk.conftest import TABLE
from tests.component.risk.test_related_api import decide, record_of, related
from tests.support.risk import NORTH
from tests.support.risk_graph import DAY, a_statement, firms

pytestmark = pytest.mark.usefixtures("risk_account")

SILENT = ReadTimeoutError(endpoint_url="https://dynamodb")
A, B = firms(2)


def refused(*codes: str) -> ClientError:
    """What a transaction says that was cancelled."""
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code, "Message": ""} for code in codes],
    }
    return ClientError(answer, "TransactWriteItems")


@contextmanager
def failing(operation: str, error: Exception, times: int = 1_000) -> Iterator[list[str]]:
    """The first calls of an operation fail; the rest arrive."""
    made: list[str] = []

    def hook(**_: Any) -> None:
        made.append(operation)
        if len(made) <= times:
            raise error

    bind_table(TABLE, *GRAPH_ROWS)
    events, name = connection().client.meta.events, f"before-call.dynamodb.{operation}"
    events.register(name, hook)
    try:
        yield made
    finally:
        events.unregister(name, hook)


@pytest.mark.parametrize("operation", ["TransactWriteItems", "BatchGetItem"])
def test_a_decision_is_made_without_its_graph(
    operation: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(1)
    if operation == "TransactWriteItems":
        # Keeping the decision is a transaction too: only the graph's own shall fail.
        monkeypatch.setattr(DynamoEdges, "record", _unanswered)
        result = decide(2)
    else:
        with failing(operation, SILENT):
            result = decide(2)

    assert result["verdict"] == "approve"
    assert record_of(result)["given"]["graph"] is None
    assert '"GraphUnavailable":[1.0]' in capsys.readouterr().out


def _unanswered(self: DynamoEdges, *arguments: Any, **named: Any) -> None:
    with failing("TransactWriteItems", SILENT):
        RECORD(self, *arguments, **named)


RECORD = DynamoEdges.record


def test_another_writer_at_the_same_node_is_waited_for() -> None:
    edges = DynamoEdges()

    with failing("TransactWriteItems", refused("TransactionConflict", "None"), times=2) as made:
        edges.record(NORTH, [a_statement(A, B, "guarantee")])

    assert len(made) == 3
    assert edges.neighbourhood(NORTH, A, DAY, hops=1, caps=Caps()).edges


def test_nobody_waits_for_ever() -> None:
    with (
        failing("TransactWriteItems", refused("TransactionConflict", "None")) as made,
        pytest.raises(StaleVersion),
    ):
        DynamoEdges().record(NORTH, [a_statement(A, B, "guarantee")])

    assert len(made) == MAX_ATTEMPTS


def test_what_was_told_is_kept_although_the_neighbourhood_was_not_read() -> None:
    with failing("BatchGetItem", SILENT):
        decide(1)

    decide(2)

    assert len(related("cus-1").body["ring"]["members"]) == 2
