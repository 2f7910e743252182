"""Who answers for the models of `risk`: its published function, or nobody."""

from __future__ import annotations

from puhui.aws import client
from puhui.lambda_client import LambdaClient
from servicing.adapters.model_answers import LambdaModelAnswers, NoModelAnswers
from servicing.model_ports import ModelAnswers
from servicing.settings import deployed


def model_answers(answer_model_arn: str) -> ModelAnswers:
    """The function that the stack named; without `risk` nobody, and callers say so."""
    arn = deployed(answer_model_arn)
    if arn is None:
        return NoModelAnswers()
    return LambdaModelAnswers(LambdaClient(client("lambda")), arn)
