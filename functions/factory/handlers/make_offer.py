"""Step "Offer loan" (报价确认): the state waits until the customer answers."""

from __future__ import annotations

from typing import Any

from factory.payloads import DoneView, MakeOfferPayload
from factory.usecases.make_offer import MakeOfferCommand
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, offer, encode."""
    payload = MakeOfferPayload.model_validate(event)
    wiring().make_offer(
        MakeOfferCommand(
            bank_id=bank_id(payload.bank_id),
            application_id=payload.application_id,
            decision_id=payload.decision_id,
            attempt=payload.attempt,
            quote=payload.quote,
            reading_seconds=payload.reading_seconds,
            task_token=payload.task_token,
        )
    )
    return DoneView(done=True).model_dump(mode="json")
