"""Reads dead-letter queues and sends their messages back to where they came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.running import RunningCloud
from infra.local.stream_source import stream_event

ENDING = "-dlq"
COMMANDS = "commands"
PEEK_SECONDS = 0
HOLD_SECONDS = 30
MAX_MESSAGES = 10
MAX_STREAM_RECORDS = 1000


@dataclass(frozen=True)
class DeadLetterQueue:
    """One dead-letter queue and the queue that it serves, if it serves one."""

    name: str
    url: str
    waiting: int
    source: str | None
    source_url: str | None


class CannotRedrive(Exception):
    """This message has no way back by itself."""


class DeadLetters:
    """The dead letters of a running cloud."""

    def __init__(self, cloud: RunningCloud) -> None:
        self._client = cloud.client
        self._sqs = cloud.client("sqs")

    def queues(self) -> list[DeadLetterQueue]:
        """Every dead-letter queue, by name."""
        urls = self._sqs.list_queues(MaxResults=1000).get("QueueUrls", [])
        attributes = {url: self._attributes(url) for url in urls}
        sources = {
            json.loads(found["RedrivePolicy"])["deadLetterTargetArn"]: url
            for url, found in attributes.items()
            if "RedrivePolicy" in found
        }
        queues = []
        for url, found in attributes.items():
            name, source = _name(url), sources.get(found["QueueArn"])
            if source is not None or name.endswith(ENDING):
                waiting = int(found["ApproximateNumberOfMessages"])
                waiting += int(found["ApproximateNumberOfMessagesNotVisible"])
                shown = _name(source) if source else None
                queues.append(DeadLetterQueue(name, url, waiting, shown, source))
        return sorted(queues, key=lambda queue: queue.name)

    def summaries(self) -> Iterator[tuple[str, str]]:
        """Queue name and kind of each message; never its content, which may be personal."""
        for queue in self.queues():
            for message in self._receive(queue, PEEK_SECONDS):
                yield queue.name, _kind(message["Body"])

    def redrive(self, wanted: str | None = None) -> tuple[int, list[str]]:
        """Send messages back; return how many, and a sentence for each that stays."""
        moved, left = 0, []
        for queue in self.queues():
            if wanted is not None and not queue.name.endswith(wanted):
                continue
            held = 0
            while held < queue.waiting:
                messages = self._receive(queue, HOLD_SECONDS)
                if not messages:
                    break
                for message in messages:
                    held += 1
                    try:
                        self._send_back(queue, message["Body"])
                    except CannotRedrive as reason:
                        left.append(f"{queue.name}: {reason}")
                        continue
                    self._sqs.delete_message(
                        QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"]
                    )
                    moved += 1
        return moved, left

    def _send_back(self, queue: DeadLetterQueue, body: str) -> None:
        if queue.source_url is not None:
            self._sqs.send_message(QueueUrl=queue.source_url, MessageBody=body)
            return
        content = _content(body)
        if "command" in content:
            self._sqs.send_message(QueueUrl=self._commands_of(queue), MessageBody=body)
        elif "DDBStreamBatchInfo" in content:
            self._replay_stream(content)
        elif "requestPayload" in content:
            function = content["requestContext"]["functionArn"]
            self._invoke(function, content["requestPayload"])
        else:
            raise CannotRedrive(f"{_kind(body)} says nothing about where it came from")

    def _commands_of(self, queue: DeadLetterQueue) -> str:
        """`puhui-dev-factory-loan-application-dlq` → the queue `puhui-dev-factory-commands`."""
        name = f"{'-'.join(queue.name.split('-')[:3])}-{COMMANDS}"
        return str(self._sqs.get_queue_url(QueueName=name)["QueueUrl"])

    def _replay_stream(self, content: Mapping[str, Any]) -> None:
        batch = content["DDBStreamBatchInfo"]
        client = self._client("dynamodbstreams")
        iterator = client.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
        limit = min(int(batch["batchSize"]) * 100, MAX_STREAM_RECORDS)
        found = client.get_records(ShardIterator=iterator, Limit=limit)["Records"]
        last = int(batch["endSequenceNumber"])
        records = [one for one in found if int(one["dynamodb"]["SequenceNumber"]) <= last]
        event = stream_event(records, batch["streamArn"])
        self._invoke(content["requestContext"]["functionArn"], event)

    def _invoke(self, function: str, payload: Any) -> None:
        answer = self._client("lambda").invoke(
            FunctionName=function, Payload=json.dumps(payload).encode()
        )
        failed = json.load(answer["Payload"]) if "FunctionError" in answer else None
        if failed is not None:
            raise CannotRedrive(f"{function.split(':')[-1]} failed again: {failed['errorType']}")

    def _receive(self, queue: DeadLetterQueue, hold_seconds: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=hold_seconds,
        ).get("Messages", [])
        return found

    def _attributes(self, url: str) -> dict[str, str]:
        found: dict[str, str] = self._sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["All"]
        )["Attributes"]
        return found


def _name(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def _content(body: str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _kind(body: str) -> str:
    content = _content(body)
    for key in ("command", "detail-type", "name", "Event"):
        if isinstance(content.get(key), str):
            return str(content[key])
    if "DDBStreamBatchInfo" in content:
        return f"{content['DDBStreamBatchInfo'].get('batchSize', '?')} stream records"
    return f"message of {len(body)} characters"
