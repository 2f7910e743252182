"""Delivers an SQS queue to its function: batches, partial failures, redelivery."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from infra.local.deployed import EventSource, Queue
from infra.local.faults import Faults
from infra.local.filters import passes
from infra.local.functions import Invocation

MAX_RECEIVE = 10
"""SQS's own limit for one receive call."""
Invoke = Callable[[str, bytes], Invocation]


class QueueSource:
    """One queue and the function that consumes it; has no thread of its own."""

    def __init__(
        self,
        source: EventSource,
        queue: Queue,
        *,
        client: Any,
        invoke: Invoke,
        faults: Faults,
        retry_after_seconds: int,
    ) -> None:
        self.source = source
        self.queue = queue
        self._client = client
        self._invoke = invoke
        self._faults = faults
        self._retry_after_seconds = min(retry_after_seconds, queue.visibility_timeout_seconds)
        self._receiving = threading.Lock()

    @property
    def batch_limit(self) -> int:
        """How many messages one batch can hold."""
        return min(self.source.batch_size, MAX_RECEIVE)

    def deliver_once(self) -> int:
        """Deliver one batch; return how many messages it held."""
        messages = self._receive()
        if not messages:
            return 0
        if self._faults.take_drop(self.queue.name):
            self._delete(messages)
            return len(messages)
        failed = self._run(messages)
        if self._faults.take_duplicate(self.queue.name):
            failed |= self._run(messages)
        self._delete([one for one in messages if one["MessageId"] not in failed])
        self._make_visible([one for one in messages if one["MessageId"] in failed])
        return len(messages)

    def _receive(self) -> list[dict[str, Any]]:
        with self._receiving:
            answer = self._client.receive_message(
                QueueUrl=self.queue.url,
                MaxNumberOfMessages=self.batch_limit,
                WaitTimeSeconds=0,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        kept = [one for one in messages if passes(_filterable(one), self.source.filters)]
        self._delete([one for one in messages if one not in kept])
        return kept

    def _run(self, messages: Sequence[dict[str, Any]]) -> set[str]:
        """Invoke the function; return the ids of the messages that must come again."""
        event = {"Records": [self._record(one) for one in messages]}
        answer = self._invoke(self.source.function, json.dumps(event).encode())
        everything = {one["MessageId"] for one in messages}
        if answer.failed:
            return everything
        if not self.source.partial_failures:
            return set()
        return failed_identifiers(answer, everything)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = message.get("MessageAttributes", {})
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {
                    "stringValue": value.get("StringValue"),
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": value["DataType"],
                }
                for name, value in attributes.items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self.queue.arn,
            "awsRegion": self.queue.arn.split(":")[3],
        }

    def _delete(self, messages: Sequence[dict[str, Any]]) -> None:
        if messages:
            self._client.delete_message_batch(QueueUrl=self.queue.url, Entries=_entries(messages))

    def _make_visible(self, messages: Sequence[dict[str, Any]]) -> None:
        """AWS waits for the visibility timeout; a laptop need not wait minutes for a retry."""
        if messages:
            entries = _entries(messages)
            for entry in entries:
                entry["VisibilityTimeout"] = self._retry_after_seconds
            self._client.change_message_visibility_batch(QueueUrl=self.queue.url, Entries=entries)


def failed_identifiers(answer: Invocation, everything: set[str]) -> set[str]:
    """What a handler reports as failed; a malformed report means everything, as on AWS."""
    report = answer.json()
    if report in (None, {}) or not isinstance(report, dict):
        return set() if report in (None, {}) else everything
    failures = report.get("batchItemFailures") or []
    try:
        failed = {one["itemIdentifier"] for one in failures}
    except (TypeError, KeyError):
        return everything
    return failed if failed <= everything else everything


def _entries(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"Id": str(index), "ReceiptHandle": one["ReceiptHandle"]}
        for index, one in enumerate(messages)
    ]


def _filterable(message: dict[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = message["Body"]
    return {"messageId": message["MessageId"], "body": body}
