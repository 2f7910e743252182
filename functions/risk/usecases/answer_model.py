"""Answer model (调用模型): one of the 28 models, for whoever keeps the facts that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from puhui.contracts.risk import ModelAnswer, ModelQuestion
from risk.domain.errors import ModelNotFound
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import CatalogueEntry, find
from risk.model_ports import AnyModel, ModelShelf

WARNING: Final = "early_warning"
WARNING_TREES: Final = "early_warning_trees"
INDICATORS: Final = "indicators"
"""An input of M24 beside those of its rules: {indicator: number} for its trees."""
WARNING_TEXTS: Final = "text_severity"
TEXTS: Final = "news"
"""Another: the inputs of the model of news and court texts, {as_of, names, texts}."""
SEVERITY: Final = "text_severity_ppm"
PROBABILITY: Final = "probability_ppm"
WARNING_PARTS: Final = (
    (INDICATORS, WARNING_TREES, PROBABILITY, "trees"),
    (TEXTS, WARNING_TEXTS, SEVERITY, "news"),
)
"""What is given, which part it asks, which of the part's numbers is a signal, and its name."""


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
        answer = self._answer(entry, question.inputs)
        card = self.shelf.document(entry.id)
        return ModelAnswer(
            model=entry.id,
            catalogue_id=entry.catalogue_id,
            version=card["version"],
            sha256=card["sha256"],
            answer=answer,
        )

    def _answer(self, entry: CatalogueEntry, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """M24's rules take its trees and its texts for signals among others: all in one call."""
        if entry.id != WARNING:
            return self.models.answer(entry.id, inputs)
        signals, parts = dict(inputs), {}
        for given, part, taken, name in WARNING_PARTS:
            if given in signals:
                parts[name] = self.models.answer(part, _mapping(given, signals.pop(given)))
                signals[taken] = parts[name][taken]
        return {**self.models.answer(WARNING, signals), **parts}


def _mapping(field: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        rule = "must be an object"
        raise ModelInputNotValid(f"{field}: {rule}", field=field, rule=rule)
    return given
