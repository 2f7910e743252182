"""Carry servicing's outbox rows from its table's stream to the bus, and what the stream lost."""

from __future__ import annotations

from puhui.outbox_sweep import swept_stream_handler
from servicing.outbox_wiring import unpublished

handler = swept_stream_handler(unpublished)
