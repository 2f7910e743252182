"""Step "Post disbursement" (入账)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ResolveDisbursement
from puhui.observability import instrument, metrics
from servicing.answers import transfer_result
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, post, encode; a repetition is counted again, the ledger's own count is exact."""
    command = ResolveDisbursement.model_validate(event)
    answer = transfer_result(wiring().post_disbursement(command))
    metrics.count("DisbursementPosted", bank_id=command.bank_id)
    return answer.model_dump(mode="json")
