"""Who answers for the models of `risk`: its published function, or nobody."""

from __future__ import annotations

from puhui.aws import client
from puhui.lambda_client import LambdaClient
from servicing.adapters.model_answers import LambdaModelAnswers, ModelAnswers, NoModelAnswers
from servicing.settings import AskingSettings


def model_answers(settings: AskingSettings) -> ModelAnswers:
    """The function that the stack named; without `risk` nobody, and callers say so."""
    if not settings.risk_is_deployed:
        return NoModelAnswers()
    return LambdaModelAnswers(LambdaClient(client("lambda")), settings.answer_model_arn)
