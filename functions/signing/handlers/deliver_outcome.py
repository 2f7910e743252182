"""A contract is sealed, refused or impossible: tell the workflow that waits."""

from __future__ import annotations

from typing import Any

from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from signing.domain.events import OutcomeDecided
from signing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Each outcome on its own; one that was not delivered comes again."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Deliver one outcome."""
    envelope = envelope_of_record(record)
    logger.set_correlation_id(envelope.correlation_id)
    decided = parse_event(OutcomeDecided, envelope)
    delivery = wiring().deliver_outcome(bank_id(envelope.bank_id), decided.contract_id)
    metrics.count("SigningOutcome" + delivery.value.title().replace("_", ""))
    logger.info(
        "signing outcome",
        outcome=delivery.value,
        bank_id=envelope.bank_id,
        contract_id=decided.contract_id,
    )
