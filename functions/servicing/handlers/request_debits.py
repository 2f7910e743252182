"""Step "Request debits" (到期自动扣款): what fell due today is asked for, once for loan and day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from puhui.observability import instrument
from servicing.end_of_day_payloads import LegAsked, leg_answer
from servicing.end_of_day_wiring import LambdaContext, end_of_day, has_time


@instrument
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decode, ask, encode; where there is no rail to ask, the answer says so."""
    leg, request = LegAsked.model_validate(event).leg(), end_of_day().request_debits()
    if request is None:
        return leg_answer(replace(leg, finished=True), outcome="not_deployed")
    return leg_answer(request(leg, has_time(context)), outcome="requested")
