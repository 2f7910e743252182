"""Commands on signing's queue: prepare the contract of an accepted offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from puhui.clock import UTC
from puhui.contracts.signing import PrepareContract
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record, json_body
from signing.wiring import wiring

MILLISECONDS = 1000
METRICS = {"prepared": "ContractPrepared", "not_prepared": "ContractNotPrepared"}


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Each command on its own; one that cannot be read comes again, then lies in the DLQ."""
    return each_record(event, receive)


def receive(record: dict[str, Any]) -> None:
    """Prepare one contract; the queue's own time of sending tells newer tokens from older."""
    command = PrepareContract.model_validate(json_body(record))
    logger.set_correlation_id(command.correlation_id)
    sent_ms = int(record["attributes"]["SentTimestamp"])
    sent_at = datetime.fromtimestamp(sent_ms / MILLISECONDS, UTC)
    outcome = wiring().prepare_contract(command, sent_at)
    metrics.count(METRICS.get(outcome, "ContractCommandRepeated"), bank_id=command.bank_id)
    logger.info(
        "contract command received",
        outcome=outcome,
        bank_id=command.bank_id,
        application_id=command.application_id,
        offer_id=command.offer_id,
    )
