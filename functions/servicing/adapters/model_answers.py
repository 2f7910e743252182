"""The models of `risk`, asked through its published function; or nobody, where it is absent."""

from __future__ import annotations

from typing import Any, Protocol

from puhui.contracts.risk import ModelAnswer, ModelQuestion
from puhui.errors import PuhuiError
from puhui.lambda_client import LambdaClient
from puhui.tenancy import BankId
from servicing.domain.model_errors import ModelAbsent, ModelUnavailable


class ModelAnswers(Protocol):
    """Any of risk's 28 models by its id."""

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """The answer; raises ModelAbsent without `risk`, ModelUnavailable when it cannot be had."""


class LambdaModelAnswers:
    """`ModelAnswers` by invoking `answer-model`."""

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
    """`ModelAnswers` where `risk` is not deployed."""

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """Nobody is there."""
        raise ModelAbsent(f"risk is not deployed: {model} cannot be asked")
