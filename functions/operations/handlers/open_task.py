"""Commands on operations' queue: open a task, once per key."""

from __future__ import annotations

from typing import Any

from operations.wiring import wiring
from puhui.contracts.operations import OpenTask
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record, json_body


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Open the task of each command; a command that cannot be read comes again, then the DLQ."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Open one task; the queue's own time of sending tells a newer token from an older one."""
    command = OpenTask.model_validate(json_body(record))
    logger.set_correlation_id(command.correlation_id)
    sent_ms = int(record["attributes"]["SentTimestamp"])
    outcome = wiring().open_task(command, sent_ms)
    metrics.count("TaskOpened" if outcome == "opened" else "TaskCommandRepeated")
    logger.info(
        "task command received",
        outcome=outcome,
        bank_id=command.bank_id,
        application_id=command.application_id,
        task_kind=command.kind,
    )
