"""Batches from queues: each record on its own, only those that failed come again.

@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return each_record(event, receive)

def receive(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)       # or json_body(record) for a command
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from puhui.errors import BadRequest
from puhui.observability import logger
from puhui.strict_json import loads


def each_record(
    event: Mapping[str, Any], handle: Callable[[dict[str, Any]], object]
) -> dict[str, list[dict[str, str]]]:
    """Hand every record to `handle`; name those that raised, so that SQS delivers them again.

    After the queue's limit a record that keeps failing lies in the DLQ, under its alarm.
    """
    failures: list[dict[str, str]] = []
    for record in event.get("Records", []):
        message_id = str(record["messageId"])
        try:
            handle(record)
        except Exception as error:
            logger.error("record failed", error=error, message_id=message_id)
            failures.append({"itemIdentifier": message_id})
    return {"batchItemFailures": failures}


def json_body(record: Mapping[str, Any]) -> dict[str, Any]:
    """Read the JSON object in a record's body, strictly."""
    body = loads(str(record["body"]))
    if not isinstance(body, dict):
        raise BadRequest("a message is a JSON object", rule="json.object")
    return body
