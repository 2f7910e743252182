"""What knows which events wait, built on first use."""

from __future__ import annotations

from functools import cache

from puhui.dynamodb import bind_table
from servicing.adapters.dynamo_unpublished import DynamoUnpublished
from servicing.adapters.rows import ServicingOutboxRow
from servicing.settings import OutboxTableSettings


@cache
def unpublished() -> DynamoUnpublished:
    """The list in servicing's table."""
    bind_table(OutboxTableSettings.from_env().table_name, ServicingOutboxRow)
    return DynamoUnpublished()
