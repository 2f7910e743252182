"""Delivers a DynamoDB stream to its function: in order, filtered, retried, bisected, given up."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.deployed import EventSource
from infra.local.faults import Faults
from infra.local.filters import passes
from infra.local.functions import Invocation
from infra.local.queue_source import Invoke, failed_identifiers

MAX_RECORDS = 1000
FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0
UNLIMITED_RETRIES = 10_000
"""AWS retries until a record is a day old; a laptop gives up a little earlier."""
Record = dict[str, Any]


@dataclass(frozen=True)
class _Batch:
    records: Sequence[Record]
    attempts: int = 0


class StreamSource:
    """One table's stream and the function that consumes it; has no thread of its own."""

    def __init__(
        self,
        source: EventSource,
        *,
        client: Any,
        invoke: Invoke,
        faults: Faults,
        send: Callable[[str, str], None],
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.source = source
        self._client = client
        self._invoke = invoke
        self._faults = faults
        self._send = send
        self._wait = wait
        self._iterator: str | None = None
        self._shard = ""

    @property
    def batch_limit(self) -> int:
        """How many records one read can hold."""
        return MAX_RECORDS

    def deliver_once(self) -> int:
        """Deliver what the stream holds now; return how many records it held."""
        if self._iterator is None:
            self._open()
        answer = self._client.get_records(ShardIterator=self._iterator, Limit=MAX_RECORDS)
        self._iterator = answer["NextShardIterator"]
        records = stream_event(answer["Records"], self.source.source_arn)["Records"]
        wanted = [one for one in records if passes(one, self.source.filters)]
        for start in range(0, len(wanted), self.source.batch_size):
            self._deliver(wanted[start : start + self.source.batch_size])
        return len(records)

    def _open(self) -> None:
        arn = self.source.source_arn
        description = self._client.describe_stream(StreamArn=arn)["StreamDescription"]
        self._shard = description["Shards"][0]["ShardId"]
        self._iterator = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=self._shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def _deliver(self, records: Sequence[Record]) -> None:
        if self._faults.take_drop(self.source.source_name):
            return
        limit = self.source.maximum_retries
        limit = UNLIMITED_RETRIES if limit is None else limit
        waiting = [_Batch(records)]
        while waiting:
            batch = waiting.pop(0)
            answer, rest = self._run(batch.records)
            if self._faults.take_duplicate(self.source.source_name):
                answer, rest = self._run(batch.records)
            if not rest:
                continue
            attempts = batch.attempts + 1 if len(rest) == len(batch.records) else 0
            if attempts > limit:
                self._give_up(rest, answer, attempts)
                continue
            self._wait(min(FIRST_RETRY_SECONDS * 2**batch.attempts, LONGEST_RETRY_SECONDS))
            waiting[:0] = self._split(rest, attempts)

    def _split(self, records: Sequence[Record], attempts: int) -> list[_Batch]:
        if not self.source.bisect_on_error or len(records) == 1:
            return [_Batch(records, attempts)]
        middle = len(records) // 2
        return [_Batch(records[:middle], attempts), _Batch(records[middle:], attempts)]

    def _run(self, records: Sequence[Record]) -> tuple[Invocation, Sequence[Record]]:
        """Invoke the function; return the records from the first failed one on."""
        payload = json.dumps({"Records": records}).encode()
        answer = self._invoke(self.source.function, payload)
        if answer.failed:
            return answer, records
        if not self.source.partial_failures:
            return answer, ()
        numbers = [one["dynamodb"]["SequenceNumber"] for one in records]
        failed = failed_identifiers(answer, set(numbers))
        first = next((i for i, number in enumerate(numbers) if number in failed), None)
        return answer, () if first is None else records[first:]

    def _give_up(self, records: Sequence[Record], answer: Invocation, attempts: int) -> None:
        if self.source.on_failure_arn is None:
            return
        numbers = [one["dynamodb"]["SequenceNumber"] for one in records]
        message = {
            "requestContext": {
                "requestId": answer.request_id,
                "functionArn": self.source.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "responseContext": {"statusCode": 200, "functionError": answer.error or "Partial"},
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": self._shard,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(records),
                "streamArn": self.source.source_arn,
            },
        }
        self._send(self.source.on_failure_arn, json.dumps(message))


def stream_event(records: Sequence[Record], stream_arn: str) -> dict[str, list[Record]]:
    """The event that Lambda makes of stream records."""
    return {"Records": [_jsonable({**one, "eventSourceARN": stream_arn}) for one in records]}


def _jsonable(value: Any) -> Any:
    """What Lambda gives a handler: binary as base64, moments as seconds."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | set | tuple):
        return [_jsonable(item) for item in value]
    return value
