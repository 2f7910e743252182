"""The published function `answer-model` of risk, as another module's Lambda client calls it."""

from __future__ import annotations

import io
import json
from typing import Any

from puhui.contracts.risk import ModelQuestion
from puhui.lambda_client import LambdaClient
from puhui.strict_json import dumps
from risk.adapters.graph_models import GraphModels
from risk.adapters.model_answers import ModelAnswers
from risk.adapters.model_cards import ModelCards
from risk.domain.models.answer import ModelInputNotValid
from risk.usecases.answer_model import AnswerModel
from servicing.adapters.model_answers import LambdaModelAnswers
from tests.support.risk_stores import ARTEFACTS

CARDS = ModelCards(ARTEFACTS)
ANSWER_MODEL = AnswerModel(CARDS, ModelAnswers(CARDS, GraphModels(CARDS)))


class PublishedFunction:
    """What `lambda:InvokeFunction` does with `answer-model`."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Answer, or the shape of an error."""
        try:
            question = ModelQuestion.model_validate(json.loads(Payload))
            answer = ANSWER_MODEL(question).model_dump(mode="json")
        except ModelInputNotValid as error:
            body = {"errorType": "ModelInputNotValid", "errorMessage": str(error)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(dumps(body).encode())}
        return {"Payload": io.BytesIO(dumps(answer).encode())}


def published_models(function: Any = None) -> LambdaModelAnswers:
    """Servicing's own adapter over the real models, or over another function."""
    client: Any = function or PublishedFunction()
    return LambdaModelAnswers(LambdaClient(client), "arn")
