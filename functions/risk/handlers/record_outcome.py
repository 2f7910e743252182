"""Published call `record_outcome` (登记贷款结果): what became of a loan, for the vintage tables."""

from __future__ import annotations

from typing import Any

from puhui.contracts.risk import RecordLoanOutcome
from puhui.observability import instrument, logger, metrics
from risk.monitoring_wiring import night


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, record, encode."""
    told = RecordLoanOutcome.model_validate(event)
    outcome = night().record_outcome(told)
    metrics.count(f"LoanOutcome{outcome.result.capitalize()}", bank_id=told.bank_id)
    logger.info(
        "outcome recorded",
        bank_id=told.bank_id,
        application_id=outcome.application_id,
        decision_id=outcome.decision_id,
        outcome=outcome.result,
    )
    return {
        "application_id": outcome.application_id,
        "result": outcome.result,
        "vintage": outcome.vintage,
    }
