"""The table's stream: new outbox rows become events on the bus."""

from __future__ import annotations

from puhui.outbox import stream_handler

handler = stream_handler()
