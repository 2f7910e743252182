"""Step "Activate loan" (贷款生效)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ActivateLoan
from puhui.observability import instrument, metrics
from servicing.answers import loan_activated
from servicing.regress import regress_is_told
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, activate, encode; a repetition is counted again, the ledger's own count is exact."""
    command = ActivateLoan.model_validate(event)
    with regress_is_told(command.bank_id):
        answer = loan_activated(wiring().activate_loan(command))
    metrics.count("LoanBooked", bank_id=command.bank_id)
    return answer.model_dump(mode="json")
