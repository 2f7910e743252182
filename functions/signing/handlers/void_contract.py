"""The factory closed an application: a contract that is not sealed becomes void."""

from __future__ import annotations

from typing import Any

from puhui.contracts.factory import ApplicationClosed
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from signing.wiring import wiring

CONSUMER = "signing.void_contract"


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Each closed application once."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Void the contract of one application."""
    envelope = envelope_of_record(record)
    logger.set_correlation_id(envelope.correlation_id)
    closed = parse_event(ApplicationClosed, envelope)
    if not closed.is_final:
        return

    def void() -> None:
        status = wiring().void_contract(bank_id(envelope.bank_id), closed.application_id)
        logger.info(
            "contract of a closed application",
            status=status,
            bank_id=envelope.bank_id,
            application_id=closed.application_id,
            outcome=closed.outcome,
        )

    wiring().inbox.run_once(CONSUMER, envelope.event_id, void)
