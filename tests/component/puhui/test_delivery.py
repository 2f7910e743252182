"""Outbox: a saved event reaches the bus, as it was, and what was refused comes again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import boto3
import pytest

from puhui.clock import FixedClock
from puhui.contracts.intake import ConsentWithdrawn
from puhui.dynamodb import transaction
from puhui.errors import Conflict
from puhui.events import Envelope, parse_event
from puhui.outbox import outbox_rows, publish_stream_records
from tests.component.puhui.conftest import (
    NOON,
    TABLE,
    KernelOutboxRow,
)


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
