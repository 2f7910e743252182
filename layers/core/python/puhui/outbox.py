"""Events are rows first: written with the change they tell of, published by the table's stream.

    class IntakeOutboxRow(OutboxRow):
        '''Intake's outbox.'''

    with transaction() as write:
        write.save(row)
        for outbox in outbox_rows(IntakeOutboxRow, [event.envelope(…)]):
            write.save(outbox)

    handler = stream_handler()          # handlers/stream_to_events.py; needs BUS_NAME

A crash between the two writes is impossible, so no event is lost; the stream delivers at least
once, so consumers keep an inbox (puhui.inbox).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from puhui.aws import client
from puhui.errors import PuhuiError
from puhui.events import Envelope, envelope_of_record
from puhui.inbox import DynamoInbox, Inbox, InboxRow
from puhui.observability import instrument, logger
from puhui.rows import BaseRow
from puhui.safe_errors import safe_error
from puhui.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

__all__ = [
    "DynamoInbox",
    "Inbox",
    "InboxRow",
    "OutboxRow",
    "outbox_rows",
    "publish_stream_records",
    "stream_handler",
]

OUTBOX_TTL = timedelta(days=7)
"""How long published events stay in the table for a look back."""
OUTBOX_PREFIX = "OUTBOX#"
MAX_ENTRIES_PER_CALL = 10
Entry = tuple[str, "PutEventsRequestEntryTypeDef"]
"""A stream record's sequence number and the event it holds."""
MAX_BYTES_PER_CALL = 250 * 1024
"""EventBridge accepts 10 entries and 256 KB in one call."""

Row = TypeVar("Row", bound="OutboxRow")


@dataclass(frozen=True)
class OutboxSettings(Settings):
    """What the stream's function must know."""

    bus_name: str


class OutboxRow(BaseRow):
    """An event that waits for the stream; subclass it once per module and bind it to the table."""

    envelope = UnicodeAttribute()
    expires_at = TTLAttribute()

    @property
    def event(self) -> Envelope:
        """The envelope inside."""
        return envelope_of_record(self.envelope)


def outbox_rows(row_class: type[Row], envelopes: Iterable[Envelope]) -> list[Row]:
    """Make the rows to save in the same transaction as the change."""
    return [
        row_class(
            pk=OUTBOX_PREFIX + envelope.event_id,
            sk="EVENT",
            envelope=envelope.to_json(),
            expires_at=envelope.occurred_at + OUTBOX_TTL,
        )
        for envelope in envelopes
    ]


def stream_handler() -> Callable[[Any, Any], Any]:
    """Make the Lambda entry that publishes a table's outbox; it reads `BUS_NAME`."""

    @instrument
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        """Publish the batch; only what failed comes back."""
        settings = OutboxSettings.from_env()
        return dict(publish_stream_records(event, settings.bus_name, client("events")))

    return handler


def publish_stream_records(
    event: Mapping[str, Any], bus_name: str, events: EventBridgeClient
) -> dict[str, list[dict[str, str]]]:
    """Publish the new outbox rows of a stream batch and name the records that must come again.

    The stream resumes at the first named record, so records after it may be published twice;
    consumers are written for that. Rows that are no outbox rows are passed over.
    """
    pending: list[Entry] = []
    failed: list[str] = []
    for record in event.get("Records", []):
        sequence = str(record["dynamodb"]["SequenceNumber"])
        try:
            envelope = _new_envelope(record)
        except PuhuiError as error:
            logger.error("outbox row unreadable", error=error, sequence_number=sequence)
            failed.append(sequence)
            continue
        if envelope is not None:
            pending.append((sequence, envelope.to_entry(bus_name)))
    for batch in _batches(pending):
        failed.extend(_put(batch, events))
    logger.info(
        "events published",
        published=sum(1 for sequence, _ in pending if sequence not in failed),
        failed=len(failed),
    )
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def _new_envelope(record: Mapping[str, Any]) -> Envelope | None:
    """Read the envelope of a row that was just written to the outbox, nothing else."""
    if record.get("eventName") != "INSERT":
        return None
    image = record["dynamodb"].get("NewImage", {})
    if not image.get("pk", {}).get("S", "").startswith(OUTBOX_PREFIX):
        return None
    return envelope_of_record(str(image.get("envelope", {}).get("S", "")))


def _put(batch: list[Entry], events: EventBridgeClient) -> list[str]:
    """Send one call and answer the sequence numbers of the entries that were refused."""
    try:
        answer = events.put_events(Entries=[entry for _, entry in batch])
    except (ClientError, BotoCoreError) as error:
        logger.error("events not published", error=safe_error(error), count=len(batch))
        return [sequence for sequence, _ in batch]
    if answer.get("FailedEntryCount", 0) == 0:
        return []
    outcomes = answer["Entries"]
    return [
        sequence
        for (sequence, _), outcome in zip(batch, outcomes, strict=True)
        if outcome.get("ErrorCode")
    ]


def _batches(
    pending: list[Entry],
) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for sequence, entry in pending:
        entry_bytes = len(entry["Detail"].encode()) + len(entry["DetailType"]) + 64
        if batch and (
            len(batch) == MAX_ENTRIES_PER_CALL or size + entry_bytes > MAX_BYTES_PER_CALL
        ):
            yield batch
            batch, size = [], 0
        batch.append((sequence, entry))
        size += entry_bytes
    if batch:
        yield batch
