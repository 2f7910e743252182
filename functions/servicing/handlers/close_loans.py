"""Step "Close loans" (贷款日终): as many loans of a partition as one call has time for."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument, metrics
from servicing.end_of_day_payloads import LegAsked, leg_answer
from servicing.end_of_day_wiring import LambdaContext, end_of_day, has_time


@instrument
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decode, close, encode; a repeated call counts nothing, its loans are closed."""
    leg = LegAsked.model_validate(event).leg()
    walked = end_of_day().close_loans(leg, has_time(context))
    if walked.changed > leg.changed:
        metrics.count("LoansClosed", walked.changed - leg.changed, bank_id=leg.bank_id)
    return leg_answer(walked)
