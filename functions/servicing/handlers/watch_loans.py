"""Step "Watch loans" (预警与检查计划): as many loans of a partition as one call has time for."""

from __future__ import annotations

from typing import Any

from puhui.observability import instrument
from servicing.end_of_day_payloads import LegAsked, leg_answer
from servicing.end_of_day_wiring import LambdaContext, end_of_day, has_time


@instrument
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decode, watch, encode; the same day again asks nobody and tells nothing new."""
    watch = end_of_day().watch_loans()
    return leg_answer(watch(LegAsked.model_validate(event).leg(), has_time(context)))
