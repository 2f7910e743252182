"""What waits in servicing's outbox, by the index of work lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from puhui.dynamodb import dynamo_errors, transaction
from puhui.outbox import OUTBOX_PREFIX, OUTBOX_SK
from servicing.adapters.outbox_work import OUTBOX_SHARDS, outbox_key, outbox_place
from servicing.adapters.rows import ServicingOutboxRow

MAX_ROWS_PER_WRITE: Final = 100
"""A transaction holds no more."""
AFTER_EVERY_ID: Final = "~"


class DynamoUnpublished:
    """`puhui.outbox_sweep.Unpublished` on servicing's table."""

    def until(self, moment: datetime, limit: int) -> Sequence[str]:
        """One query of each shard of the index, until there is enough."""
        latest = outbox_place(moment, AFTER_EVERY_ID)
        found: list[str] = []
        for shard in range(OUTBOX_SHARDS):
            with dynamo_errors():
                rows = ServicingOutboxRow.by_work.query(
                    outbox_key(shard),
                    ServicingOutboxRow.gsi4sk <= latest,
                    limit=limit - len(found),
                )
                found += [row.envelope for row in rows]
            if len(found) >= limit:
                break
        return found

    def published(self, event_ids: Sequence[str]) -> None:
        """The rows lose their place in the index; a transaction is the only way to write here."""
        for start in range(0, len(event_ids), MAX_ROWS_PER_WRITE):
            with transaction() as write:
                for event_id in event_ids[start : start + MAX_ROWS_PER_WRITE]:
                    write.update(
                        ServicingOutboxRow(OUTBOX_PREFIX + event_id, OUTBOX_SK),
                        actions=[
                            ServicingOutboxRow.gsi4pk.remove(),
                            ServicingOutboxRow.gsi4sk.remove(),
                        ],
                        condition=ServicingOutboxRow.pk.exists(),
                        add_version_condition=False,
                    )
