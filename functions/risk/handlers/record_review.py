"""Step "Record review" (登记复核结果): keep what a person decided about an automated decision."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, logger, metrics
from risk.payloads import ReviewTaskOutcome
from risk.review_wiring import reviews


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, record, encode."""
    outcome = ReviewTaskOutcome.model_validate(event)
    review = reviews().record.of_task(outcome)
    metrics.count("DecisionReviewed", bank_id=review.bank_id, outcome=outcome.outcome)
    logger.info(
        "review recorded",
        bank_id=review.bank_id,
        review_id=review.review_id,
        decision_id=review.decision_id,
        outcome=outcome.outcome,
    )
    return {"review_id": review.review_id, "status": review.status.value}
