"""Reminders: look after a decision whose first delivery may have died half-way."""

from __future__ import annotations

from typing import Any

from operations.wiring import wiring
from puhui.observability import instrument, logger
from puhui.sqs import each_record, json_body


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Look after each decision; one whose attempt still runs comes again."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Deliver one decision, unless it is known to have arrived."""
    body = json_body(record)
    outcome = wiring().deliver_outcome(str(body["bank_id"]), str(body["task_id"]))
    logger.info(
        "decision looked after", outcome=outcome, bank_id=body["bank_id"], task_id=body["task_id"]
    )
