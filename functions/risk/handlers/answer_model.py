"""Published function "answer-model" (调用模型): one of the 28 models for another module."""

from __future__ import annotations

from typing import Any

from puhui.contracts.risk import ModelQuestion
from puhui.observability import instrument, logger, metrics
from risk.models_wiring import answer_model


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, ask, encode."""
    question = ModelQuestion.model_validate(event)
    answer = answer_model()(question)
    logger.info("model answered", model=answer.model, model_sha256=answer.sha256)
    metrics.count("ModelAnswered", bank_id=question.bank_id, model=answer.model)
    return answer.model_dump(mode="json")
