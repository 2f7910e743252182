"""How servicing's index of work lists names the events that wait to be published."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final, Self

from puhui.events import Envelope
from puhui.outbox import OutboxRow
from servicing.adapters.work_rows import WorkRow

OUTBOX_SHARDS: Final = 16
"""A night of 100,000 loans writes far below what one partition of an index takes, in each."""


class WaitingOutboxRow(OutboxRow, WorkRow):
    """An event that stands in the index from its writing until the bus took it."""

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """The row, with its place in the list of what waits."""
        row = super().of(envelope)
        row.gsi4pk = outbox_key(outbox_shard(envelope.event_id))
        row.gsi4sk = outbox_place(envelope.occurred_at, envelope.event_id)
        return row


def outbox_key(shard: int) -> str:
    """The index partition of one shard of what waits."""
    return f"OUTBOX#{shard:02d}"


def outbox_shard(event_id: str) -> int:
    """The shard of an event, whenever it is written."""
    return hashlib.sha256(event_id.encode()).digest()[0] % OUTBOX_SHARDS


def outbox_place(moment: datetime, event_id: str) -> str:
    """The place of an event in its shard: the oldest is first."""
    return f"{moment.isoformat(timespec='seconds')}#{event_id}"
