"""The factory closed an application: nobody needs to decide its tasks any more."""

from __future__ import annotations

from typing import Any

from operations.wiring import wiring
from puhui.contracts.factory import ApplicationClosed
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger
from puhui.sqs import each_record

CONSUMER = "operations.close_application_tasks"


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Close the tasks of each closed application, once per event."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Close the tasks of one application."""
    envelope = envelope_of_record(record)
    logger.set_correlation_id(envelope.correlation_id)
    closed = parse_event(ApplicationClosed, envelope)
    if not closed.is_final:
        return

    def close() -> None:
        changed = wiring().close_application_tasks(envelope.bank_id, closed)
        logger.info(
            "tasks of a closed application",
            bank_id=envelope.bank_id,
            application_id=closed.application_id,
            outcome=closed.outcome,
            count=changed,
        )

    wiring().inbox.run_once(CONSUMER, envelope.event_id, close)
