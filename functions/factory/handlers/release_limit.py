"""Step "Release limit" (释放额度), a compensation."""

from __future__ import annotations

from typing import Any

from factory.payloads import DoneView, ReleaseLimitPayload
from factory.wiring import wiring
from puhui.observability import instrument
from puhui.tenancy import bank_id


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, release, encode."""
    payload = ReleaseLimitPayload.model_validate(event)
    released = wiring().release_limit(
        bank_id(payload.bank_id), payload.customer_id, payload.disbursement_id
    )
    return DoneView(done=released).model_dump(mode="json")
