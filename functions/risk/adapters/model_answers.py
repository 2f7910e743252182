"""Any of the 28 models by its id: JSON in, JSON out, whatever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import msgspec

from risk.adapters.carded_formulas import formula
from risk.adapters.formula_models import FormulaModel
from risk.adapters.graph_models import GraphModels
from risk.adapters.model_cards import ModelCards
from risk.adapters.text_models import FOLDER, TextModel
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import BY_ID

MOST_REASONS: Final = 4
TEXT_SEVERITY: Final = "text_severity"


@dataclass(frozen=True)
class ModelAnswers:
    """`risk.model_ports.AnyModel` over one folder of cards."""

    cards: ModelCards
    graphs: GraphModels
    _formulas: dict[str, FormulaModel] = field(default_factory=dict)

    def answer(self, model_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What a model answers; bad inputs are refused by name, a changed model altogether."""
        entry = BY_ID.get(model_id)
        if entry is None:
            raise ModelInputNotValid(
                f"model: there is no {model_id}", field="model", rule="unknown"
            )
        if entry.is_onnx:
            return self._statistical(model_id, inputs)
        if model_id == TEXT_SEVERITY:
            return self._severity(inputs)
        return self._formula(model_id).answer(inputs)

    def _statistical(self, model_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        model = self.graphs.model(model_id)
        known = {one.name for one in model.inputs}
        for name, number in inputs.items():
            if name not in known:
                raise _refused(name, f"{model_id} has no such input")
            if isinstance(number, bool) or not isinstance(number, int | float | None):
                raise _refused(name, "must be a number or null")
        answer = self.graphs.answer(model_id, inputs.get)
        reasons = [one.model_dump(mode="json") for one in answer.adverse_reasons(MOST_REASONS)]
        return {**answer.document, "reasons": reasons}

    def _severity(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Texts without a signal are read by the bank's trained model, where it has one."""
        texts, reader = inputs.get("texts"), self._text_model
        if not isinstance(texts, list) or not all(isinstance(one, dict) for one in texts):
            return self._formula(TEXT_SEVERITY).answer(inputs)
        given = [{"signal": None, **one} for one in texts]
        unread = [one for one in given if one["signal"] is None and _has_text(one)]
        if reader is not None:
            read = reader.signals(one["text"] for one in unread)
            for one, signal in zip(unread, read, strict=True):
                one["signal"] = msgspec.to_builtins(signal)
        found = self._formula(TEXT_SEVERITY).answer({**inputs, "texts": given})
        return found if reader is None or not unread else {**found, "read_by": reader.version}

    @cached_property
    def _text_model(self) -> TextModel | None:
        """The trained model among the others, if there is one."""
        folder = self.cards.folder / FOLDER
        return TextModel(folder) if folder.exists() else None

    def _formula(self, model_id: str) -> FormulaModel:
        if model_id not in self._formulas:
            self._formulas[model_id] = formula(self.cards, model_id)
        return self._formulas[model_id]


def _has_text(one: Mapping[str, Any]) -> bool:
    return isinstance(one.get("text"), str)


def _refused(name: str, rule: str) -> ModelInputNotValid:
    return ModelInputNotValid(f"{name}: {rule}", field=name, rule=rule)
