"""Step "Reserve funds" (账务预留)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ReserveDisbursement
from puhui.observability import instrument
from servicing.answers import transfer_result
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, reserve, encode."""
    command = ReserveDisbursement.model_validate(event)
    return transfer_result(wiring().reserve_disbursement(command)).model_dump(mode="json")
