"""Environment variables of operations, by the function that reads them."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class OperationsSettings(Settings):
    """What every function of operations but the publisher reads."""

    table_name: str
    data_key_arn: str
    delivery_queue_url: str
    business_date: str


@dataclass(frozen=True)
class PublisherSettings(Settings):
    """What the function that publishes events reads."""

    event_bus_name: str
