"""Inbox and idempotent requests: whatever arrives twice takes effect once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from puhui.clock import FixedClock
from puhui.dynamodb import DynamoInbox, FieldCipher, transaction
from puhui.errors import UpstreamUnavailable
from puhui.idempotency import (
    KEPT_FOR,
    LEASE,
    DynamoIdempotency,
    IdempotentRequests,
    OtherPayload,
    RequestInProgress,
)
from puhui.inbox import LEASE as INBOX_LEASE
from puhui.inbox import AlreadyConsumed, EventInProgress, Inbox
from tests.component.puhui.conftest import (
    TABLE,
    KernelInboxRow,
    KernelRequestRow,
)
from tests.support.aws import scan_text
from tests.support.repetition import InMemoryIdempotency, InMemoryInbox


@pytest.fixture(params=["dynamodb", "memory"])
def inbox(request: pytest.FixtureRequest, clock: FixedClock) -> Inbox:
    """Both inboxes keep the same promises."""
    return DynamoInbox(KernelInboxRow, clock) if request.param == "dynamodb" else InMemoryInbox()


def test_a_consumer_sees_an_event_for_the_first_time_once(inbox: Inbox) -> None:
    assert [inbox.first_time("book", "evt-1") for _ in range(3)] == [True, False, False]
    assert inbox.first_time("notify", "evt-1")
    assert inbox.first_time("book", "evt-2")


def test_an_effect_runs_once(inbox: Inbox) -> None:
    effects: list[int] = []

    ran = [inbox.run_once("book", "evt-1", lambda: effects.append(1)) for _ in range(3)]

    assert (ran, effects) == ([True, False, False], [1])


def test_a_failed_effect_runs_again(inbox: Inbox) -> None:
    def fail() -> None:
        raise UpstreamUnavailable("core banking")

    with pytest.raises(UpstreamUnavailable):
        inbox.run_once("book", "evt-1", fail)

    assert inbox.run_once("book", "evt-1", lambda: None)


def test_an_effect_under_way_is_not_started_again_until_its_lease_ends(clock: FixedClock) -> None:
    inbox = DynamoInbox(KernelInboxRow, clock)
    inbox._row("book", "evt-1", "claimed").save()  # a run that died here

    with pytest.raises(EventInProgress):
        inbox.run_once("book", "evt-1", lambda: None)
    clock.advance(INBOX_LEASE + timedelta(seconds=1))

    assert inbox.run_once("book", "evt-1", lambda: None)


def test_two_takers_of_a_dead_claim_do_not_both_run(clock: FixedClock) -> None:
    inbox = DynamoInbox(KernelInboxRow, clock)
    inbox._row("book", "evt-1", "claimed").save()
    clock.advance(INBOX_LEASE + timedelta(seconds=1))
    effects: list[str] = []

    def first() -> None:
        effects.append("first")
        with pytest.raises(EventInProgress):
            inbox.run_once("book", "evt-1", lambda: effects.append("second"))

    assert inbox.run_once("book", "evt-1", first)
    assert effects == ["first"]


def test_a_mark_in_the_effects_transaction_makes_the_pair_unrepeatable(clock: FixedClock) -> None:
    inbox = DynamoInbox(KernelInboxRow, clock)

    def book() -> None:
        with transaction(conflict=AlreadyConsumed) as write:
            write.save(inbox.mark("book", "evt-1"))

    book()

    with pytest.raises(AlreadyConsumed):
        book()


@pytest.fixture(params=["dynamodb", "dynamodb without cipher", "memory"])
def requests(
    request: pytest.FixtureRequest, clock: FixedClock, cipher: FieldCipher
) -> IdempotentRequests:
    """All of them keep the same promises."""
    if request.param == "memory":
        return InMemoryIdempotency()
    used = cipher if request.param == "dynamodb" else None
    return DynamoIdempotency(KernelRequestRow, clock, used)


def remember(
    requests: IdempotentRequests,
    runs: list[int],
    *,
    payload: str = "p",
    actor: str = "a",
    bank: str = "north",
) -> dict[str, Any]:
    def run() -> dict[str, Any]:
        runs.append(1)
        return {"name": "张三", "n": len(runs)}

    return requests.remember(bank, actor, "key-1", payload, run)


def test_a_repetition_gets_the_first_answer(requests: IdempotentRequests) -> None:
    runs: list[int] = []

    assert remember(requests, runs) == remember(requests, runs) == {"name": "张三", "n": 1}
    assert runs == [1]


def test_another_payload_under_the_key_is_a_conflict(requests: IdempotentRequests) -> None:
    remember(requests, [])

    with pytest.raises(OtherPayload) as caught:
        remember(requests, [], payload="q")

    assert (caught.value.field, caught.value.rule) == ("Idempotency-Key", "idempotency.payload")


def test_a_key_belongs_to_one_actor_of_one_bank(requests: IdempotentRequests) -> None:
    runs: list[int] = []
    remember(requests, runs)
    remember(requests, runs, actor="b", payload="q")
    remember(requests, runs, bank="south", payload="q")

    assert len(runs) == 3


def test_a_failed_request_may_be_repeated(requests: IdempotentRequests) -> None:
    def fail() -> dict[str, Any]:
        raise UpstreamUnavailable("core banking")

    with pytest.raises(UpstreamUnavailable):
        requests.remember("north", "a", "key-1", "p", fail)

    assert remember(requests, []) == {"name": "张三", "n": 1}


def test_a_request_under_way_is_not_started_again(clock: FixedClock, cipher: FieldCipher) -> None:
    requests = DynamoIdempotency(KernelRequestRow, clock, cipher)

    def run() -> dict[str, Any]:
        with pytest.raises(RequestInProgress):
            remember(requests, [])
        return {"done": True}

    assert requests.remember("north", "a", "key-1", "p", run) == {"done": True}


def test_a_request_that_died_runs_again_after_its_lease(
    clock: FixedClock, cipher: FieldCipher
) -> None:
    requests = DynamoIdempotency(KernelRequestRow, clock, cipher)
    requests._row("north", "a", "key-1", "p").save()  # a run that died here
    clock.advance(LEASE + timedelta(seconds=1))
    runs: list[int] = []

    remember(requests, runs)
    remember(requests, runs)

    assert runs == [1]


def test_a_key_is_free_again_after_a_day(clock: FixedClock, cipher: FieldCipher) -> None:
    requests = DynamoIdempotency(KernelRequestRow, clock, cipher)
    runs: list[int] = []
    remember(requests, runs)
    clock.advance(KEPT_FOR + timedelta(seconds=1))

    assert remember(requests, runs, payload="q")["n"] == 2


def test_a_kept_answer_shows_no_name(clock: FixedClock, cipher: FieldCipher) -> None:
    remember(DynamoIdempotency(KernelRequestRow, clock, cipher), [])

    assert "张三" not in scan_text(TABLE)
