"""Open queries: begun more than an hour ago and never finished; nothing else is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from extdata.domain.query import ASKING, Query
from extdata.usecases.list_open_queries import OPEN_AFTER, ListOpenQueries
from infra.demo.extdata.in_memory import InMemoryQueries
from puhui.clock import FixedClock
from tests.support.extdata import BANK, NOON, OTHER_BANK, TODAY, a_query


def begun(query_id: str, **changes: Any) -> Query:
    """A query that is about to leave the bank."""
    fields: dict[str, Any] = {
        "query_id": query_id,
        "status": "pending",
        "reason": ASKING,
        "attempts": (),
        "document": None,
    }
    return a_query(**(fields | changes))


def open_ids(queries: InMemoryQueries, *, hours: float) -> list[str]:
    """Ids of what is open so many hours after noon."""
    clock = FixedClock(NOON + timedelta(hours=hours))
    return [query.query_id for query in ListOpenQueries(queries, clock)(BANK, TODAY)]


def test_a_query_that_was_begun_and_never_finished_is_open_after_an_hour() -> None:
    queries = InMemoryQueries()
    queries.begin(begun("qry-2", asked_at=NOON))
    queries.begin(begun("qry-1", asked_at=NOON))

    at_once = open_ids(queries, hours=OPEN_AFTER / timedelta(hours=1))
    later = open_ids(queries, hours=1.001)

    assert (at_once, later) == ([], ["qry-1", "qry-2"])


def test_a_query_that_waits_for_its_provider_is_not_open() -> None:
    queries = InMemoryQueries()
    queries.begin(begun("qry-1", asked_at=NOON, reason="provider.pending"))

    assert open_ids(queries, hours=24) == []


def test_an_answered_query_is_not_open() -> None:
    queries = InMemoryQueries()
    queries.finish(a_query(asked_at=NOON))

    assert open_ids(queries, hours=24) == []


def test_another_banks_open_query_is_its_own() -> None:
    queries = InMemoryQueries()
    queries.begin(begun("qry-1", asked_at=NOON, bank_id=OTHER_BANK))

    assert open_ids(queries, hours=24) == []
