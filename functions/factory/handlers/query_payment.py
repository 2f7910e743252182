"""Step "Query payment" (查证)."""

from __future__ import annotations

from typing import Any

from factory.handlers.payment_step import order_of, payment_view
from factory.payloads import PaymentPayload
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, act, encode."""
    payload = PaymentPayload.model_validate(event)
    intent = wiring().query_payment(
        bank_id(payload.bank_id), payload.application_id, order_of(payload, wiring().parties)
    )
    return payment_view(intent)
