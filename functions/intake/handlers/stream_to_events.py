"""The table's stream: new outbox rows become events on the bus."""

from __future__ import annotations

from functools import cache
from typing import Any

from intake.settings import PublisherSettings
from puhui.aws import client
from puhui.observability import instrument
from puhui.outbox import publish_stream_records


@cache
def settings() -> PublisherSettings:
    """Read the environment once, on the first batch."""
    return PublisherSettings.from_env()


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Publish the batch; records that were refused come again."""
    return dict(publish_stream_records(event, settings().bus_name, client("events")))
