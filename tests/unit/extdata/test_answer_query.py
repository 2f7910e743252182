"""Answering a query: asked once, written down before, known again, taken over when a run died."""

from __future__ import annotations

from datetime import timedelta

import pytest

from extdata.domain.answer import ProviderAnswer
from extdata.domain.errors import (
    RequestReused,
)
from extdata.provider_ports import ProviderRequest
from tests.support.extdata import (
    BANK,
    TODAY,
    a_subject,
    an_answer,
)
from tests.support.extdata_gateway import GatewayWorld


@pytest.fixture
def world() -> GatewayWorld:
    return GatewayWorld()


def test_a_hit_is_archived_metered_and_given_by_reference(world: GatewayWorld) -> None:
    query = world.ask()

    assert (query.status, query.cost_fen, query.cached) == ("hit", 80, False)
    assert query.document is not None
    assert query.document.sha256 == world.gateway.replay_query(BANK, query.query_id).sha256
    events = list(world.queries.of_month(BANK, "2026-11"))
    assert [(e.charge, e.outcome, e.cost_fen) for e in events] == [("charged", "hit", 80)]


def test_the_same_request_again_calls_nobody_and_meters_nothing(world: GatewayWorld) -> None:
    first = world.ask()

    second = world.ask()

    assert second == first
    assert len(world.calls.requests) == 1
    assert len(list(world.queries.of_month(BANK, "2026-11"))) == 1


def test_a_known_answer_is_given_again_for_nothing_and_says_its_age(world: GatewayWorld) -> None:
    first = world.ask()

    again = world.ask(request_id="req-2")

    assert (again.status, again.cached, again.cost_fen) == ("hit", True, 0)
    assert again.document == first.document
    assert again.age_days(TODAY + timedelta(days=3)) == 3
    assert len(world.calls.requests) == 1


def test_an_answer_older_than_the_caller_accepts_is_asked_for_again(world: GatewayWorld) -> None:
    world.ask()

    again = world.ask(request_id="req-2", max_age_days=0)

    assert not again.cached
    assert len(world.calls.requests) == 2


def test_nothing_known_is_believed_for_a_while(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(
        meaning="miss", charge="free", document=None
    )
    world.ask()

    soon = world.ask(request_id="req-2")
    world.clock.advance(timedelta(hours=2))
    later = world.ask(request_id="req-3")

    assert (soon.status, soon.cached) == ("miss", True)
    assert (later.status, later.cached) == ("miss", False)


def test_a_request_id_does_not_ask_another_question(world: GatewayWorld) -> None:
    world.ask()

    with pytest.raises(RequestReused) as refused:
        world.ask(subject=a_subject(uscc="91340100MA2N00001X"))

    assert (refused.value.field, refused.value.rule) == ("request_id", "query.request_reused")


def test_a_run_that_died_is_answered_from_what_another_query_has_learnt(
    world: GatewayWorld,
) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise KeyboardInterrupt

    world.calls.scripts["sbx-tax-returns"] = die
    with pytest.raises(KeyboardInterrupt):
        world.ask()
    del world.calls.scripts["sbx-tax-returns"]
    world.ask(request_id="req-2")
    world.clock.advance(timedelta(minutes=1))

    query = world.ask()

    assert (query.status, query.cached) == ("hit", True)


def test_the_query_is_written_down_before_it_leaves(world: GatewayWorld) -> None:
    seen: list[str] = []

    def look(request: ProviderRequest) -> None:
        seen.extend(q.reason or "" for q in world.queries.of_day(BANK, TODAY))

    world.calls.on_call = look

    world.ask()

    assert seen == ["asking"]


def test_two_runs_of_one_request_call_once(world: GatewayWorld) -> None:
    inner = []

    def again(request: ProviderRequest) -> None:
        if not inner:
            inner.append(None)
            inner[0] = world.ask()

    world.calls.on_call = again

    outer = world.ask()

    assert outer.status == "hit"
    assert inner[0].status == "pending"
    assert len(world.calls.requests) == 1


def test_a_run_that_died_is_taken_over_under_the_same_request_number(
    world: GatewayWorld,
) -> None:
    def die(request: ProviderRequest) -> ProviderAnswer:
        raise KeyboardInterrupt

    world.calls.scripts["sbx-tax-returns"] = die
    with pytest.raises(KeyboardInterrupt):
        world.ask()
    del world.calls.scripts["sbx-tax-returns"]
    world.clock.advance(timedelta(minutes=1))

    query = world.ask()

    assert query.status == "hit"
    assert len({request.request_no for request in world.calls.requests}) == 1
