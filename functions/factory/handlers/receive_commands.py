"""The factory's inbox: submitted and withdrawn applications, and redriven failures."""

from __future__ import annotations

from typing import Any

from factory.wiring import wiring
from puhui.contracts.intake import ApplicationSubmitted, ApplicationWithdrawn
from puhui.errors import Unprocessable
from puhui.events import envelope_of_record, parse_event
from puhui.observability import instrument
from puhui.sqs import each_record, json_body
from puhui.tenancy import bank_id

RESUME = "ResumeApplication"


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Every record on its own; only those that failed come back."""
    return each_record(event, _receive)


def _receive(record: dict[str, Any]) -> None:
    body = json_body(record)
    if body.get("command") == RESUME:
        wiring().resume_application(
            bank_id(body["bank_id"]), body["application_id"], int(body.get("attempt", 1))
        )
        return
    envelope = envelope_of_record(body)
    bank = bank_id(envelope.bank_id)
    if envelope.name == ApplicationSubmitted.name:
        wiring().start_application(bank, parse_event(ApplicationSubmitted, envelope))
    elif envelope.name == ApplicationWithdrawn.name:
        withdrawn = parse_event(ApplicationWithdrawn, envelope)
        wiring().withdraw_application(bank, withdrawn.application_id)
    else:
        raise Unprocessable(f"nobody asked for {envelope.name}", field="name", rule="event.known")
