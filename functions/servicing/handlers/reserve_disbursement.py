"""Step "Reserve funds" (账务预留)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ReserveDisbursement
from puhui.observability import instrument, metrics
from servicing.answers import transfer_result
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, reserve, encode; a repetition is counted again, the ledger's own count is exact."""
    command = ReserveDisbursement.model_validate(event)
    answer = transfer_result(wiring().reserve_disbursement(command))
    metrics.count("DisbursementReserved", bank_id=command.bank_id)
    return answer.model_dump(mode="json")
