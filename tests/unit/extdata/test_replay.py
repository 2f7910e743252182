"""A replay reads the archive of the query that a provider answered, and calls nobody."""

from __future__ import annotations

import pytest

from extdata.domain.errors import ProviderTimeout, QueryNotFound
from tests.support.extdata import BANK, an_answer
from tests.support.extdata_gateway import GatewayWorld

CONNECTOR = "sbx-tax-returns"


@pytest.fixture
def world() -> GatewayWorld:
    return GatewayWorld()


def test_a_cached_answer_replays_from_the_query_that_got_it(world: GatewayWorld) -> None:
    first, second = world.ask(), world.ask(request_id="req-2")

    replay = world.gateway.replay_query(BANK, second.query_id)

    assert (second.cached, second.answered_from) == (True, first.query_id)
    assert (replay.query_id, replay.answered_from) == (second.query_id, first.query_id)
    assert replay.identical
    assert second.document is not None
    assert replay.sha256 == second.document.sha256
    assert len(world.calls.requests) == 1


def test_a_cached_answer_of_a_cached_answer_has_the_same_source(world: GatewayWorld) -> None:
    first = world.ask()
    world.ask(request_id="req-2")
    third = world.ask(request_id="req-3")

    assert third.answered_from == first.query_id


def test_a_miss_replays_as_a_miss(world: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = an_answer(meaning="miss", document=None)
    world.calls.scripts[CONNECTOR] = lambda request: nothing
    monkeypatch.setattr(world.calls, "read", lambda *args, **named: nothing)
    query = world.ask()

    replay = world.gateway.replay_query(BANK, query.query_id)

    assert (query.status, replay.status, replay.sha256) == ("miss", "miss", None)
    assert replay.identical


def test_a_miss_that_maps_to_a_document_today_is_not_identical(world: GatewayWorld) -> None:
    world.calls.scripts[CONNECTOR] = lambda request: an_answer(meaning="miss", document=None)
    query = world.ask()

    assert not world.gateway.replay_query(BANK, query.query_id).identical


def test_what_no_provider_answered_has_nothing_to_replay(world: GatewayWorld) -> None:
    def busy(request: object) -> object:
        raise ProviderTimeout(rule="provider.timeout")

    world.calls.scripts[CONNECTOR] = busy  # type: ignore[assignment]
    query = world.ask()

    with pytest.raises(QueryNotFound, match="nothing was archived"):
        world.gateway.replay_query(BANK, query.query_id)
