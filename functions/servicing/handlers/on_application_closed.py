"""Hears of closed applications (结案) and takes back money that was only promised."""

from __future__ import annotations

from typing import Any

from puhui.contracts.factory import ApplicationClosed
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument, logger, metrics
from puhui.sqs import each_record
from puhui.tenancy import bank_id
from servicing.usecases.release_closed_application import Released
from servicing.wiring import wiring

METRICS = {
    Released.VOIDED: "ReservationReleased",
    Released.NEEDS_INVESTIGATION: "ReservationNeedsInvestigation",
    Released.LEDGER_BEHIND: "LedgerBehind",
}


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Every record on its own; only those that failed come back."""
    return each_record(event, _receive)


def _receive(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)
    closed = parse_event(ApplicationClosed, envelope)
    released = wiring().release_closed_application(
        bank_id(envelope.bank_id), envelope.event_id, closed
    )
    if released in METRICS:
        metrics.count(METRICS[released], bank_id=envelope.bank_id)
        logger.warning(
            "closed application and the ledger differ",
            application_id=closed.application_id,
            bank_id=envelope.bank_id,
            outcome=released.value,
        )
