"""Step "Classify loans" (五级分类与计提): tiers, provisions, figures of part of a partition."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument
from servicing.end_of_day_payloads import LegAsked, leg_answer
from servicing.end_of_day_wiring import LambdaContext, end_of_day, has_time


@instrument
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decode, classify, encode; a repeated call counts the same."""
    classify = end_of_day().classify_loans()
    walked = classify(LegAsked.model_validate(event).leg(), has_time(context))
    return leg_answer(walked)
