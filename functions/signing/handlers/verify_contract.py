"""The published function `verify_contract`: is this the sealed contract that was agreed on?"""

from __future__ import annotations

from typing import Any

from puhui.contracts.signing import VerifyContract
from puhui.observability import instrument, metrics
from signing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer ContractVerified, or raise ContractNotValid with the rule that is broken."""
    call = VerifyContract.model_validate(event)
    verified = wiring().verify_contract(call)
    metrics.count("ContractVerified", bank_id=call.bank_id)
    return verified.model_dump(mode="json")
