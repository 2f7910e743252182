"""Step "Activate loan" (贷款生效)."""

from __future__ import annotations

from typing import Any

from puhui.contracts.servicing import ActivateLoan
from puhui.observability import instrument
from servicing.answers import loan_activated
from servicing.wiring import wiring


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, activate, encode."""
    command = ActivateLoan.model_validate(event)
    return loan_activated(wiring().activate_loan(command)).model_dump(mode="json")
