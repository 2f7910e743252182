"""What the demonstration reports about external data, read from executions' histories."""

from __future__ import annotations

import json
from typing import Any

from infra.demo.external_data import Asked


def an_answer(query_id: str, status: str, *, cost_fen: int = 60, cached: bool = False) -> Any:
    """The event of a query that the workflow made."""
    answer = {
        "query_id": query_id,
        "status": status,
        "fact": {"product": "invoice/1", "state": "ok" if status == "hit" else "vendor_error"},
        "cost_fen": cost_fen,
        "cached": cached,
    }
    output = json.dumps({"StatusCode": 200, "Payload": answer})
    return {"taskSucceededEventDetails": {"resourceType": "lambda", "output": output}}


A_DECISION = {
    "taskSucceededEventDetails": {
        "resourceType": "lambda",
        "output": json.dumps({"Payload": {"decision_id": "dec-1"}}),
    }
}
A_MESSAGE = {"taskSucceededEventDetails": {"resourceType": "sqs", "output": "no JSON"}}


def after(*histories: list[dict[str, Any]]) -> dict[str, Any]:
    """The summary once the histories have passed by."""
    asked = Asked()
    assert list(asked.watching(histories)) == list(histories)
    return asked.summary()


def test_a_pending_query_counts_once_with_its_last_answer() -> None:
    history = [an_answer("q1", "pending", cost_fen=0), an_answer("q1", "hit", cost_fen=500)]

    found = after(history)

    assert (found["queries"], found["hits"], found["by_status"]) == (1, 1, {"hit": 1})
    assert found["cost_fen"] == 500


def test_the_cost_is_spread_over_the_applications_that_asked() -> None:
    found = after(
        [an_answer("q1", "hit"), A_DECISION],
        [an_answer("q2", "hit", cost_fen=0, cached=True), an_answer("q3", "miss", cost_fen=30)],
        [A_DECISION, A_MESSAGE],
    )

    assert (found["applications"], found["queries"], found["cache_hits"]) == (2, 3, 1)
    assert (found["cost_fen"], found["cost_per_application_fen"]) == (90, 45)


def test_where_nothing_was_asked_nothing_is_divided_by() -> None:
    assert after([A_DECISION])["cost_per_application_fen"] == 0
