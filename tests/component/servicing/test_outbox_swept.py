"""FLT13 on the table: the stream's function finds what its stream lost, by the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from servicing.handlers.stream_to_events import handler
from servicing.outbox_wiring import unpublished
from tests.support.servicing import TableWorld, a_disbursed_loan, table_items

BUS = "puhui-dev-platform-bus"
TOLD = ["DisbursementPosted", "DisbursementReserved", "LoanBooked"]


@pytest.fixture
def heard(world: TableWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bus with a queue behind it, and the function's environment; answers the queue's address."""
    monkeypatch.setenv("BUS_NAME", BUS)
    unpublished.cache_clear()
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name=BUS)
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(
        Name="all", EventBusName=BUS, EventPattern=json.dumps({"source": ["puhui.servicing"]})
    )
    events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "q", "Arn": arn["QueueArn"]}])
    yield url
    unpublished.cache_clear()


def names(url: str) -> list[str]:
    """The events that the queue was told, each as often as it was told."""
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"])["detail-type"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found)


def stream_batch() -> dict[str, Any]:
    """What the table's stream would bring of the outbox."""
    rows = [item for item in table_items() if item["pk"]["S"].startswith("OUTBOX#")]
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {"SequenceNumber": str(100 + n), "NewImage": row},
            }
            for n, row in enumerate(rows)
        ]
    }


def test_events_whose_stream_records_never_came_are_published_once(
    world: TableWorld, heard: str
) -> None:
    a_disbursed_loan(world)

    first, second = handler({}, None), handler({}, None)

    assert (first, second) == ({"published": 3, "failed": 0}, {"published": 0, "failed": 0})
    assert names(heard) == TOLD


def test_what_the_stream_brought_is_not_swept(world: TableWorld, heard: str) -> None:
    a_disbursed_loan(world)

    brought, swept = handler(stream_batch(), None), handler({}, None)

    assert (brought, swept) == ({"batchItemFailures": []}, {"published": 0, "failed": 0})
    assert names(heard) == TOLD


def test_a_late_stream_after_the_sweeper_tells_again_and_nothing_waits(
    world: TableWorld, heard: str
) -> None:
    a_disbursed_loan(world)
    late = stream_batch()

    handler({}, None)
    handler(late, None)

    assert names(heard) == sorted(TOLD * 2)
    assert handler({}, None) == {"published": 0, "failed": 0}


def test_published_rows_keep_their_event_for_a_look_back(world: TableWorld, heard: str) -> None:
    a_disbursed_loan(world)

    handler({}, None)

    rows = [item for item in table_items() if item["pk"]["S"].startswith("OUTBOX#")]
    assert sorted(event.name for event in world.events()) == TOLD
    assert {name for row in rows for name in row} == {
        "pk", "sk", "version", "envelope", "expires_at",
    }  # fmt: skip
