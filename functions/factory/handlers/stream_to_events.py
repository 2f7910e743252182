"""Carry the factory's outbox rows from its table's stream to the bus."""

from __future__ import annotations

import os
from typing import Any

from puhui.aws import client
from puhui.observability import instrument
from puhui.outbox import publish_stream_records


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Publish a batch of stream records; those that failed come again."""
    return dict(publish_stream_records(event, os.environ["EVENT_BUS_NAME"], client("events")))
