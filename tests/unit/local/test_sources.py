"""Queues and streams reach their functions: batches, partial failures, retries, giving up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.deployed import EventSource, Queue
from infra.local.faults import Faults
from infra.local.functions import UNHANDLED, Invocation
from infra.local.queue_source import QueueSource
from infra.local.stream_source import StreamSource

QUEUE = Queue(name="puhui-dev-x-jobs", url="q", arn="arn:aws:sqs:cn-north-1:1:jobs")
STREAM = "arn:aws:dynamodb:cn-north-1:1:table/t/stream/now"


class InMemoryQueue:
    """As much of SQS as a source uses."""

    def __init__(self, *bodies: str) -> None:
        self.messages = [
            {"MessageId": str(i), "ReceiptHandle": f"r{i}", "Body": body, "MD5OfBody": "m"}
            for i, body in enumerate(bodies)
        ]
        self.deleted: list[str] = []
        self.returned: list[str] = []

    def receive_message(self, **request: Any) -> dict[str, Any]:
        size = request["MaxNumberOfMessages"]
        found, self.messages = self.messages[:size], self.messages[size:]
        return {"Messages": found}

    def delete_message_batch(self, **request: Any) -> None:
        self.deleted += [entry["ReceiptHandle"] for entry in request["Entries"]]

    def change_message_visibility_batch(self, **request: Any) -> None:
        self.returned += [entry["ReceiptHandle"] for entry in request["Entries"]]


class Function:
    """Answers each event by a rule and remembers them."""

    def __init__(self, answer: Callable[[list[Any]], Any]) -> None:
        self._answer = answer
        self.batches: list[list[Any]] = []

    def __call__(self, name: str, payload: bytes) -> Invocation:
        records = json.loads(payload)["Records"]
        self.batches.append(records)
        answer = self._answer(records)
        if isinstance(answer, Exception):
            return Invocation(b'{"errorType":"X"}', UNHANDLED, "req")
        return Invocation(json.dumps(answer).encode(), None, "req")


def deliver(queue: InMemoryQueue, function: Function, **options: Any) -> Faults:
    faults: Faults = options.pop("faults", None) or Faults()
    source = EventSource(
        source_arn=QUEUE.arn,
        function="f",
        **{"batch_size": 10, "partial_failures": True, **options},
    )
    QueueSource(
        source, QUEUE, client=queue, invoke=function, faults=faults, retry_after_seconds=0
    ).deliver_once()
    return faults


def failing(*identifiers: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


@pytest.mark.parametrize(
    ("answer", "deleted", "returned"),
    [
        (None, ["r0", "r1", "r2"], []),
        ({}, ["r0", "r1", "r2"], []),
        (failing(), ["r0", "r1", "r2"], []),
        (failing("1"), ["r0", "r2"], ["r1"]),
        (failing("nobody"), [], ["r0", "r1", "r2"]),
        (failing(""), [], ["r0", "r1", "r2"]),
        ({"batchItemFailures": [{"id": "1"}]}, [], ["r0", "r1", "r2"]),
        (ValueError(), [], ["r0", "r1", "r2"]),
    ],
)
def test_only_what_succeeded_is_deleted(
    answer: Any, deleted: list[str], returned: list[str]
) -> None:
    queue = InMemoryQueue("a", "b", "c")

    deliver(queue, Function(lambda records: answer))

    assert (queue.deleted, queue.returned) == (deleted, returned)


def test_without_reporting_an_answer_means_success() -> None:
    queue = InMemoryQueue("a")

    deliver(queue, Function(lambda records: failing("0")), partial_failures=False)

    assert queue.deleted == ["r0"]


def test_a_batch_holds_no_more_than_its_size() -> None:
    function = Function(lambda records: None)

    deliver(InMemoryQueue("a", "b", "c"), function, batch_size=2)

    assert [len(batch) for batch in function.batches] == [2]


def test_a_filtered_message_is_deleted_unseen() -> None:
    queue, function = InMemoryQueue('{"kind":"x"}', '{"kind":"y"}'), Function(lambda records: None)

    deliver(queue, function, filters=[{"body": {"kind": ["y"]}}])

    assert (sorted(queue.deleted), len(function.batches[0])) == (["r0", "r1"], 1)


def test_a_duplicate_delivery_runs_the_function_twice() -> None:
    faults, function = Faults(), Function(lambda records: None)
    faults.duplicate_delivery("jobs")

    deliver(InMemoryQueue("a"), function, faults=faults)

    assert function.batches[0] == function.batches[1]


def test_a_dropped_delivery_runs_nothing_and_loses_the_message() -> None:
    faults, function, queue = Faults(), Function(lambda records: None), InMemoryQueue("a")
    faults.drop_delivery("x-jobs")

    deliver(queue, function, faults=faults)

    assert (function.batches, queue.deleted) == ([], ["r0"])


class InMemoryStream:
    """A stream with one shard."""

    def __init__(self, *keys: str) -> None:
        self.records = [
            {
                "eventID": f"e{i}",
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(100 + i),
                    "Keys": {"pk": {"S": key}},
                    "NewImage": {"blob": {"B": b"\x00\x01"}},
                    "ApproximateCreationDateTime": datetime(2024, 1, 1, tzinfo=UTC),
                },
            }
            for i, key in enumerate(keys)
        ]

    def describe_stream(self, **request: Any) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": "s1"}]}}

    def get_shard_iterator(self, **request: Any) -> dict[str, Any]:
        return {"ShardIterator": "0"}

    def get_records(self, **request: Any) -> dict[str, Any]:
        found, self.records = self.records, []
        return {"Records": found, "NextShardIterator": "1"}


def stream(
    client: InMemoryStream, function: Function, **options: Any
) -> list[tuple[str, dict[str, Any]]]:
    sent: list[tuple[str, dict[str, Any]]] = []
    source = EventSource(
        source_arn=STREAM,
        function="f",
        on_failure_arn="arn:dead",
        **{"batch_size": 10, "partial_failures": True, "maximum_retries": 2, **options},
    )
    StreamSource(
        source,
        client=client,
        invoke=function,
        faults=Faults(),
        send=lambda arn, body: sent.append((arn, json.loads(body))),
        wait=lambda seconds: None,
    ).deliver_once()
    return sent


def keys(batch: list[Any]) -> str:
    return "".join(record["dynamodb"]["Keys"]["pk"]["S"] for record in batch)


def test_records_arrive_in_order_and_as_json() -> None:
    function = Function(lambda records: None)

    stream(InMemoryStream("a", "b", "c"), function, batch_size=2)

    assert [keys(batch) for batch in function.batches] == ["ab", "c"]
    assert function.batches[0][0]["eventSourceARN"] == STREAM
    assert function.batches[0][0]["dynamodb"]["NewImage"] == {"blob": {"B": "AAE="}}
    assert function.batches[0][0]["dynamodb"]["ApproximateCreationDateTime"] == 1704067200


def test_a_partial_failure_repeats_from_the_first_failed_record() -> None:
    answers = iter([failing("101"), failing()])
    function = Function(lambda records: next(answers))

    stream(InMemoryStream("a", "b", "c"), function)

    assert [keys(batch) for batch in function.batches] == ["abc", "bc"]


def test_a_poison_record_is_isolated_by_bisecting_and_given_up_alone() -> None:
    function = Function(lambda records: ValueError() if "c" in keys(records) else None)

    sent = stream(InMemoryStream("a", "b", "c", "d"), function, bisect_on_error=True)

    delivered = [keys(batch) for batch in function.batches if "c" not in keys(batch)]
    info = sent[0][1]["DDBStreamBatchInfo"]
    assert (delivered, len(sent)) == (["ab", "d"], 1)
    assert (info["startSequenceNumber"], info["endSequenceNumber"]) == ("102", "102")


def test_a_batch_that_keeps_failing_is_given_up_after_its_retries() -> None:
    function = Function(lambda records: ValueError())

    sent = stream(InMemoryStream("a"), function)

    assert len(function.batches) == 3
    assert sent[0][0] == "arn:dead"
    assert sent[0][1]["requestContext"]["condition"] == "RetryAttemptsExhausted"


def test_filtered_records_are_never_seen() -> None:
    function = Function(lambda records: None)
    pattern = {"dynamodb": {"Keys": {"pk": {"S": [{"prefix": "OUT"}]}}}}

    stream(InMemoryStream("OUT1", "IN1"), function, filters=[pattern])

    assert [keys(batch) for batch in function.batches] == ["OUT1"]
