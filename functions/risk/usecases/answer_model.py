"""Answer model (调用模型): one of the 28 models, for whoever keeps the facts that it needs."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.contracts.risk import ModelAnswer, ModelQuestion
from risk.domain.errors import ModelNotFound
from risk.domain.models.catalogue import find
from risk.model_ports import AnyModel, ModelShelf


@dataclass(frozen=True)
class AnswerModel:
    """Ask the model and say which version answered.

    `ModelInputNotValid` names a bad input; `ModelNotTrusted` says that the model's files are not
    those on its card: whoever asked falls back as the card says, to a person.
    """

    shelf: ModelShelf
    models: AnyModel

    def __call__(self, question: ModelQuestion) -> ModelAnswer:
        entry = find(question.model)
        if entry is None:
            raise ModelNotFound(f"there is no model {question.model}")
        answer = self.models.answer(entry.id, question.inputs)
        card = self.shelf.document(entry.id)
        return ModelAnswer(
            model=entry.id,
            catalogue_id=entry.catalogue_id,
            version=card["version"],
            sha256=card["sha256"],
            answer=answer,
        )
