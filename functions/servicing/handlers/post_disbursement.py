"""Step "Post disbursement" (入账)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ResolveDisbursement
from puhui.observability import instrument, metrics
from servicing.answers import transfer_result
from servicing.regress import regress_is_told
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, post, encode; a repetition is counted again, the ledger's own count is exact."""
    command = ResolveDisbursement.model_validate(event)
    with regress_is_told(command.bank_id):
        answer = transfer_result(wiring().post_disbursement(command))
    metrics.count("DisbursementPosted", bank_id=command.bank_id)
    return answer.model_dump(mode="json")
