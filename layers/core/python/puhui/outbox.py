"""Events are rows first: written with the change they tell of, published by the table's stream.

    class IntakeOutboxRow(OutboxRow):
        '''Intake's outbox.'''

    with transaction() as write:
        write.save(row)
        for outbox in outbox_rows(IntakeOutboxRow, [event.envelope(…)]):
            write.save(outbox)

    handler = stream_handler()          # handlers/stream_to_events.py; needs BUS_NAME

A crash between the two writes is impossible, so no event is lost; the stream delivers at least
once, so consumers keep an inbox (puhui.inbox). What a stream loses, a sweeper finds
(puhui.outbox_sweep), where the module's rows say that they wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

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
    "publish_entries",
    "publish_stream_records",
    "stream_handler",
]

OUTBOX_TTL = timedelta(days=7)
"""How long published events stay in the table for a look back."""
OUTBOX_PREFIX = "OUTBOX#"
OUTBOX_SK = "EVENT"
MAX_ENTRIES_PER_CALL = 10
Entry = tuple[str, "PutEventsRequestEntryTypeDef"]
"""What names an event to whoever has it published, a sequence number or its id; and the event."""
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

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """The row to write with the change that the envelope tells of."""
        return cls(
            pk=OUTBOX_PREFIX + envelope.event_id,
            sk=OUTBOX_SK,
            envelope=envelope.to_json(),
            expires_at=envelope.occurred_at + OUTBOX_TTL,
        )

    @property
    def event(self) -> Envelope:
        """The envelope inside."""
        return envelope_of_record(self.envelope)


def outbox_rows(row_class: type[Row], envelopes: Iterable[Envelope]) -> list[Row]:
    """Make the rows to save in the same transaction as the change."""
    return [row_class.of(envelope) for envelope in envelopes]


def stream_handler() -> Callable[[Any, Any], Any]:
    """Make the Lambda entry that publishes a table's outbox; it reads `BUS_NAME`."""

    @instrument
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        """Publish the batch; only what failed comes back."""
        settings = OutboxSettings.from_env()
        return dict(publish_stream_records(event, settings.bus_name, client("events")))

    return handler


def publish_stream_records(
    event: Mapping[str, Any],
    bus_name: str,
    events: EventBridgeClient,
    published: Callable[[Sequence[str]], object] | None = None,
) -> dict[str, list[dict[str, str]]]:
    """Publish the new outbox rows of a stream batch and name the records that must come again.

    The stream resumes at the first named record, so records after it may be published twice;
    consumers are written for that. Rows that are no outbox rows are passed over. `published` is
    told the ids of the events that the bus took.
    """
    pending: list[Entry] = []
    event_ids: dict[str, str] = {}
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
            event_ids[sequence] = envelope.event_id
    refused = set(publish_entries(pending, events))
    taken = [event_id for sequence, event_id in event_ids.items() if sequence not in refused]
    failed.extend(sequence for sequence, _ in pending if sequence in refused)
    logger.info("events published", published=len(taken), failed=len(failed))
    if published is not None and taken:
        published(taken)
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def publish_entries(entries: Iterable[Entry], events: EventBridgeClient) -> list[str]:
    """Send events in as few calls as the bus allows; answer the names of those it refused."""
    return [name for batch in _batches(entries) for name in _put(batch, events)]


def _new_envelope(record: Mapping[str, Any]) -> Envelope | None:
    """Read the envelope of a row that was just written to the outbox, nothing else."""
    if record.get("eventName") != "INSERT":
        return None
    image = record["dynamodb"].get("NewImage", {})
    if not image.get("pk", {}).get("S", "").startswith(OUTBOX_PREFIX):
        return None
    return envelope_of_record(str(image.get("envelope", {}).get("S", "")))


def _put(batch: list[Entry], events: EventBridgeClient) -> list[str]:
    """Send one call and answer the names of the entries that were refused."""
    try:
        answer = events.put_events(Entries=[entry for _, entry in batch])
    except (ClientError, BotoCoreError) as error:
        logger.error("events not published", error=safe_error(error), count=len(batch))
        return [name for name, _ in batch]
    if answer.get("FailedEntryCount", 0) == 0:
        return []
    outcomes = answer["Entries"]
    return [
        name for (name, _), outcome in zip(batch, outcomes, strict=True) if outcome.get("ErrorCode")
    ]


def _batches(pending: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for name, entry in pending:
        entry_bytes = len(entry["Detail"].encode()) + len(entry["DetailType"]) + 64
        if batch and (
            len(batch) == MAX_ENTRIES_PER_CALL or size + entry_bytes > MAX_BYTES_PER_CALL
        ):
            yield batch
            batch, size = [], 0
        batch.append((name, entry))
        size += entry_bytes
    if batch:
        yield batch
