"""Outbox, inbox and idempotent requests: nothing is lost, nothing takes effect twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from puhui.clock import FixedClock
from puhui.contracts.intake import ConsentWithdrawn
from puhui.dynamodb import DynamoInbox, FieldCipher, transaction
from puhui.errors import Conflict, UpstreamUnavailable
from puhui.events import Envelope, parse_event
from puhui.idempotency import (
    KEPT_FOR,
    LEASE,
    DynamoIdempotency,
    IdempotentRequests,
    InMemoryIdempotency,
    OtherPayload,
    RequestInProgress,
)
from puhui.inbox import LEASE as INBOX_LEASE
from puhui.inbox import AlreadyConsumed, EventInProgress, Inbox, InMemoryInbox
from puhui.outbox import outbox_rows, publish_stream_records
from tests.component.puhui.conftest import (
    NOON,
    TABLE,
    KernelInboxRow,
    KernelOutboxRow,
    KernelRequestRow,
)
from tests.support.aws import scan_text


def an_envelope(number: int = 1) -> Envelope:
    event = ConsentWithdrawn(
        consent_id=f"con-{number}", customer_id="cus-1", withdrawn_on=date(2026, 8, 3)
    )
    return event.envelope(
        bank_id="north",
        subject=f"con-{number}",
        correlation_id="app-1",
        clock=FixedClock(NOON),
        dedup="withdrawn",
    )


class Bus:
    """An event bus that takes what it is told to take."""

    def __init__(self, *, refuse: set[str] | None = None, down: bool = False) -> None:
        self.refuse = refuse or set()
        self.down = down
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Take a batch, refusing the subjects named."""
        if self.down:
            raise boto3.client("events").exceptions.ClientError({}, "PutEvents")
        self.calls.append(Entries)
        outcomes = [
            {"ErrorCode": "Throttled"}
            if any(f'"subject":"{name}"' in entry["Detail"] for name in self.refuse)
            else {"EventId": "e"}
            for entry in Entries
        ]
        failed = sum("ErrorCode" in outcome for outcome in outcomes)
        return {"FailedEntryCount": failed, "Entries": outcomes}


def stream_of(*envelopes: Envelope) -> dict[str, Any]:
    """The stream batch that saving the outbox rows of these envelopes makes."""
    with transaction() as write:
        for row in outbox_rows(KernelOutboxRow, envelopes):
            write.save(row)
    client = boto3.client("dynamodb")
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(1_000 + position),
                    "NewImage": client.get_item(
                        TableName=TABLE,
                        Key={"pk": {"S": f"OUTBOX#{envelope.event_id}"}, "sk": {"S": "EVENT"}},
                    )["Item"],
                },
            }
            for position, envelope in enumerate(envelopes)
        ]
    }


def publish(event: dict[str, Any], bus: Bus) -> list[str]:
    answer = publish_stream_records(event, "bus", bus)  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_saved_event_reaches_the_bus_as_it_was() -> None:
    bus = Bus()

    failed = publish(stream_of(an_envelope()), bus)

    (entry,) = bus.calls[0]
    assert failed == []
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == (
        "puhui.intake",
        "ConsentWithdrawn",
        "bus",
    )
    assert parse_event(ConsentWithdrawn, {"detail": Envelope.model_validate_json(entry["Detail"])
                                          .model_dump()}).consent_id == "con-1"  # fmt: skip


def test_an_event_is_saved_once_however_often_it_happens() -> None:
    stream_of(an_envelope())

    with pytest.raises(Conflict), transaction(conflict=Conflict) as write:
        write.save(outbox_rows(KernelOutboxRow, [an_envelope()])[0])


def test_more_events_than_a_call_takes_go_in_several() -> None:
    bus = Bus()

    publish(stream_of(*(an_envelope(n) for n in range(23))), bus)

    assert [len(call) for call in bus.calls] == [10, 10, 3]


def test_large_events_go_in_calls_that_are_small_enough() -> None:
    large = [an_envelope(n).model_copy(update={"data": {"x": "y" * 100_000}}) for n in range(5)]
    bus = Bus()

    publish(stream_of(*large), bus)

    assert [len(call) for call in bus.calls] == [2, 2, 1]


def test_only_refused_events_come_again() -> None:
    bus = Bus(refuse={"con-1"})

    assert publish(stream_of(*(an_envelope(n) for n in range(3))), bus) == ["1001"]


def test_when_the_bus_is_down_everything_comes_again() -> None:
    assert publish(stream_of(an_envelope(1), an_envelope(2)), Bus(down=True)) == ["1000", "1001"]


def test_rows_that_are_no_news_are_passed_over() -> None:
    event = stream_of(an_envelope())
    (record,) = event["Records"]
    other = {**record["dynamodb"], "NewImage": {"pk": {"S": "APP#1"}}}
    bus = Bus()

    failed = publish(
        {
            "Records": [
                {**record, "eventName": "MODIFY"},
                {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1"}},
                {**record, "dynamodb": other},
            ]
        },
        bus,
    )

    assert (failed, bus.calls) == ([], [])


def test_an_unreadable_row_stops_only_itself() -> None:
    event = stream_of(an_envelope(1), an_envelope(2))
    event["Records"][0]["dynamodb"]["NewImage"]["envelope"]["S"] = "{"
    bus = Bus()

    assert publish(event, bus) == ["1000"]
    assert len(bus.calls[0]) == 1


def test_outbox_rows_expire_after_a_week() -> None:
    (row,) = outbox_rows(KernelOutboxRow, [an_envelope()])

    assert row.expires_at == NOON + timedelta(days=7)
    assert row.event == an_envelope()


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
