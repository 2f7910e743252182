"""Step "Decide" (风控决策): indicators, model, policy, limit and price in one function."""

from __future__ import annotations

import os
from typing import Any

from puhui.contracts.risk import DecisionRequest
from puhui.observability import instrument, logger, metrics
from risk.decision_wiring import decide

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # On Lambda the wiring is built while the function is initialised, so that a snapshot holds the
    # loaded models; everywhere else (tests, tools) importing this file needs no environment.
    decide()


@instrument
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Decode, decide, encode."""
    request = DecisionRequest.model_validate(event)
    result = decide()(request).result
    logger.info(
        "decided",
        decision_id=result.decision_id,
        application_id=result.application_id,
        verdict=result.verdict,
        grade=result.grade,
        score=result.score,
        policy_version=result.policy_version,
        reason_codes=[reason.code for reason in result.reasons],
    )
    metrics.count(f"Verdict{result.verdict.capitalize()}", bank_id=request.bank_id)
    return result.model_dump(mode="json")
