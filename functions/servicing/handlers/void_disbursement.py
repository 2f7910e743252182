"""Step "Void reservation" (冲销预留)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ResolveDisbursement
from puhui.observability import instrument
from servicing.answers import transfer_result
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, void, encode."""
    command = ResolveDisbursement.model_validate(event)
    return transfer_result(wiring().void_disbursement(command)).model_dump(mode="json")
