"""Step "Watch loans" (预警与检查计划): as many loans of a partition as one call has time for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from puhui.observability import instrument
from servicing.end_of_day_payloads import LegAsked, leg_answer
from servicing.end_of_day_wiring import LambdaContext, end_of_day, has_time


@instrument
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decode, watch, encode; where nothing watches, the answer says so."""
    leg, watch = LegAsked.model_validate(event).leg(), end_of_day().watch_loans
    if watch is None:
        return leg_answer(replace(leg, finished=True), outcome="not_deployed")
    return leg_answer(watch(leg, has_time(context)), outcome="watched")
