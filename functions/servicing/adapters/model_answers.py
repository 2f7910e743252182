"""The models of `risk`, asked through its published function; or nobody, where it is absent."""

from __future__ import annotations

from typing import Any

from puhui.contracts.risk import ModelAnswer, ModelQuestion
from puhui.errors import PuhuiError
from puhui.lambda_client import LambdaClient
from puhui.tenancy import BankId
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable


class LambdaModelAnswers:
    """`servicing.model_ports.ModelAnswers` by invoking `answer-model`."""

    def __init__(self, client: LambdaClient, function_arn: str) -> None:
        self._client = client
        self._arn = function_arn

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """One synchronous call; whatever goes wrong, the caller falls back and says so."""
        question = ModelQuestion(bank_id=bank_id, model=model, inputs=inputs)
        try:
            answer = self._client.invoke(self._arn, question.model_dump(mode="json"))
        except PuhuiError as error:
            raise ModelUnavailable(f"{model}: {error.message}") from error
        return ModelAnswer.model_validate(answer)


class NoModelAnswers:
    """`servicing.model_ports.ModelAnswers` where `risk` is not deployed."""

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """Nobody is there."""
        raise ModelAbsent(f"risk is not deployed: {model} cannot be asked")
