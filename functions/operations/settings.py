"""Every environment variable of operations, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.settings import Settings


@dataclass(frozen=True)
class OperationsSettings(Settings):
    """What the functions of operations read; the publisher of events reads the kernel's own."""

    table_name: str
    data_key_arn: str
    delivery_queue_url: str
    business_date: str
