"""Answers that follow: callbacks delivered once, twice, forged or late, and files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from extdata.domain.errors import CallbackRefused
from extdata.domain.query import Query
from puhui.errors import UpstreamUnavailable
from tests.support.extdata import BANK, NOON, a_connector, a_specification, an_answer
from tests.support.extdata_gateway import GatewayWorld

SIGNED = {"x-signature": "good", "x-nonce": "n1"}


@pytest.fixture
def world() -> GatewayWorld:
    made = GatewayWorld()
    made.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(
        meaning="pending", charge="free", document=None, pages=(), job_id="job-1"
    )
    return made


def deliver(world: GatewayWorld, headers: dict[str, str] | None = None, **content: object) -> str:
    body = json.dumps({"job": "job-1", **content}).encode()
    return world.gateway.receive_callback(
        BANK,
        "sbx-tax-returns",
        headers=SIGNED if headers is None else headers,
        path="/callbacks/north/sbx-tax-returns",
        body=body,
    )


def stored(world: GatewayWorld, query: Query) -> Query:
    return world.queries.get(BANK, query.query_id)


def test_a_delivered_answer_finishes_the_query_that_waits(world: GatewayWorld) -> None:
    waiting = world.ask()

    assert deliver(world) == "taken"

    finished = stored(world, waiting)
    assert (waiting.status, finished.status, finished.cost_fen) == ("pending", "hit", 80)
    assert world.ask() == finished


def test_a_delivery_again_or_by_another_channel_has_no_second_effect(world: GatewayWorld) -> None:
    waiting = world.ask()
    deliver(world)
    first = stored(world, waiting)

    again = deliver(world)
    other_channel = deliver(world, {"x-signature": "good", "x-nonce": "n2"})

    assert (again, other_channel) == ("repeated", "repeated")
    assert stored(world, waiting) == first
    assert len(list(world.queries.of_month(BANK, "2026-11"))) == 1


def test_a_forged_delivery_changes_nothing(world: GatewayWorld) -> None:
    waiting = world.ask()

    with pytest.raises(CallbackRefused):
        deliver(world, {"x-signature": "bad"})

    assert stored(world, waiting).status == "pending"


def test_a_delivery_before_its_query_is_written_down_is_asked_to_come_again(
    world: GatewayWorld,
) -> None:
    with pytest.raises(UpstreamUnavailable):
        deliver(world)


def test_what_comes_after_the_consent_was_withdrawn_is_not_used(world: GatewayWorld) -> None:
    waiting = world.ask()
    world.withdraw()

    assert deliver(world) == "refused"

    ended = stored(world, waiting)
    assert (ended.status, ended.reason, ended.document) == ("refused", "consent.withdrawn", None)
    events = list(world.queries.of_month(BANK, "2026-11"))
    assert [event.charge for event in events] == ["uncertain"]


def test_an_unreadable_delivery_ends_the_query_and_is_archived(world: GatewayWorld) -> None:
    waiting = world.ask()

    assert deliver(world, broken=True) == "unusable"

    ended = stored(world, waiting)
    assert (ended.status, ended.reason) == ("unavailable", "provider.mapping")
    assert ended.attempts[0].archive_key is not None


def test_a_job_that_never_answers_becomes_unavailable(world: GatewayWorld) -> None:
    world.ask()
    world.clock.advance(timedelta(minutes=11))

    ended = world.ask()

    assert (ended.status, ended.reason) == ("unavailable", "provider.pending_timeout")
    assert [e.charge for e in world.queries.of_month(BANK, "2026-11")] == ["uncertain"]


def test_what_was_charged_on_acceptance_stays_charged(world: GatewayWorld) -> None:
    world.calls.scripts["sbx-tax-returns"] = lambda request: an_answer(
        meaning="pending", charge="charged", document=None, pages=(), job_id="job-1"
    )
    world.ask()
    world.clock.advance(timedelta(minutes=11))

    ended = world.ask()

    assert ended.reason == "provider.pending_timeout"
    assert [e.charge for e in world.queries.of_month(BANK, "2026-11")] == ["charged"]


def test_a_delivery_for_a_version_that_was_replaced_is_still_taken(world: GatewayWorld) -> None:
    waiting = world.ask()
    world.connectors.save(a_connector(version=2))

    assert deliver(world) == "taken"

    finished = stored(world, waiting)
    assert (finished.status, finished.attempts[0].connector_version) == ("hit", 1)


def test_a_delivery_for_a_retired_connector_is_still_taken(world: GatewayWorld) -> None:
    waiting = world.ask()
    world.connectors.save(world.connectors.published(BANK, "sbx-tax-returns").retire())

    assert deliver(world) == "taken"
    assert stored(world, waiting).status == "hit"


def test_a_file_is_fetched_when_the_caller_asks_again(world: GatewayWorld) -> None:
    known = world.connectors.published(BANK, "sbx-tax-returns")
    by_file = a_connector(version=2, specification=a_specification() | {"mode": "file"})
    assert known.version == 1
    world.connectors.save(by_file)
    not_yet, still_not = world.ask(), world.ask()
    world.calls.files["job-1"] = an_answer()

    fetched = world.ask()

    assert [q.status for q in (not_yet, still_not, fetched)] == ["pending", "pending", "hit"]


def test_a_late_answer_replays_from_the_archive(world: GatewayWorld) -> None:
    waiting = world.ask()
    deliver(world)

    replay = world.gateway.replay_query(BANK, waiting.query_id)

    assert replay.identical
    assert replay.manifest.asked_at == replace(waiting, asked_at=NOON).asked_at
