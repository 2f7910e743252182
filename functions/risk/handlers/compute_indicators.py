"""Published function "compute-indicators" (计算指标): indicators as of a day for another module."""

from __future__ import annotations

from typing import Any

from puhui.contracts.risk import IndicatorQuestion
from puhui.observability import instrument, logger, metrics
from risk.indicators_wiring import compute_indicators


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, compute, encode."""
    question = IndicatorQuestion.model_validate(event)
    answer = compute_indicators()(question)
    observed = sum(one.state == "ok" for one in answer.readings)
    logger.info("indicators computed", total=len(answer.readings), count=observed)
    metrics.count("IndicatorsComputed", bank_id=question.bank_id)
    return answer.model_dump(mode="json")
