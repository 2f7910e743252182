"""The models of `risk` in process: what the function `answer-model` answers, without the call."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from infra.cli.policy_files import ARTEFACTS
from puhui.contracts.risk import ModelAnswer, ModelQuestion
from puhui.tenancy import BankId
from risk.adapters.graph_models import GraphModels
from risk.adapters.model_answers import ModelAnswers
from risk.adapters.model_cards import ModelCards
from risk.domain.indicators.values import Values
from risk.usecases.answer_model import AnswerModel

PROBABILITY: Final = "probability_ppm"


class Models:
    """Any of the 28 models, in the words of servicing's port `ModelAnswers`."""

    @cached_property
    def cards(self) -> ModelCards:
        """The cards that the code ships."""
        return ModelCards(ARTEFACTS)

    @cached_property
    def graphs(self) -> GraphModels:
        """The statistical models, each opened once."""
        return GraphModels(self.cards)

    @cached_property
    def answer_model(self) -> AnswerModel:
        """The use case behind the published function."""
        return AnswerModel(self.cards, ModelAnswers(self.cards, self.graphs))

    def ask(self, bank_id: BankId, model: str, inputs: dict[str, Any]) -> ModelAnswer:
        """The answer, with the version that gave it."""
        return self.answer_model(ModelQuestion(bank_id=bank_id, model=model, inputs=inputs))

    def probability_ppm(self, bank_id: BankId, model: str, values: Values) -> int:
        """What a statistical model says of indicators; a missing one counts as the worst."""
        inputs = {one.name: _number(values, one.name) for one in self.graphs.model(model).inputs}
        return int(self.ask(bank_id, model, inputs).answer[PROBABILITY])


def _number(values: Values, name: str) -> float | None:
    found = values.get(name)
    return None if found is None else found.number
