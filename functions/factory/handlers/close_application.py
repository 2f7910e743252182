"""Step "Close application" (结案)."""

from __future__ import annotations

from typing import Any

from factory.payloads import CloseApplicationPayload, DoneView
from factory.usecases.close_application import CloseApplicationCommand
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, close, encode."""
    payload = CloseApplicationPayload.model_validate(event)
    wiring().close_application(
        CloseApplicationCommand(
            bank_id=bank_id(payload.bank_id),
            application_id=payload.application_id,
            outcome=payload.outcome,
            reasons=payload.reasons,
            amount_fen=payload.amount_fen,
            annual_rate_bps=payload.annual_rate_bps,
            loan_id=payload.loan_id,
        )
    )
    return DoneView(done=True).model_dump(mode="json")
