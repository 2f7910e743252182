"""Hears where the factory stands with an application."""

from __future__ import annotations

from typing import Any

from intake.domain.timeline import FactoryStep
from intake.wiring import wiring
from puhui.contracts.factory import ApplicationClosed, ApplicationProgressed
from puhui.events import Envelope, envelope_of_record, parse_event
from puhui.observability import instrument, logger
from puhui.sqs import each_record
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Follow each report; a report that fails comes again."""
    return each_record(event, _follow)


def _follow(record: dict[str, Any]) -> None:
    envelope = envelope_of_record(record)
    application_id, step = _step(envelope)
    known = wiring().follow_application(bank_id(envelope.bank_id), application_id, step)
    logger.info(
        "application followed",
        application_id=application_id,
        event_id=envelope.event_id,
        event_name=envelope.name,
        outcome="noted" if known else "not of intake",
    )


def _step(envelope: Envelope) -> tuple[str, FactoryStep]:
    if envelope.name == ApplicationClosed.name:
        closed = parse_event(ApplicationClosed, envelope)
        return closed.application_id, FactoryStep(
            event_id=envelope.event_id, occurred_at=envelope.occurred_at, outcome=closed.outcome
        )
    progressed = parse_event(ApplicationProgressed, envelope)
    return progressed.application_id, FactoryStep(
        event_id=envelope.event_id,
        occurred_at=envelope.occurred_at,
        station=progressed.station,
        station_status=progressed.status,
    )
