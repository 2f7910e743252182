"""Carry intake's outbox rows from its table's stream to the bus."""

from __future__ import annotations

from puhui.outbox import stream_handler

handler = stream_handler()
