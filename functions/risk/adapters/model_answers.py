"""Any of the 28 models by its id: JSON in, JSON out, whatever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from risk.adapters.formula_models import FormulaModel
from risk.adapters.graph_models import GraphModels
from risk.adapters.model_cards import ModelCards
from risk.domain.errors import ModelNotTrusted
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import BY_ID

MOST_REASONS = 4


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
        return (
            self._statistical(model_id, inputs)
            if entry.is_onnx
            else self._formula(model_id).answer(inputs)
        )

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

    def _formula(self, model_id: str) -> FormulaModel:
        if model_id not in self._formulas:
            model = FormulaModel(model_id, self.cards.artefact(model_id))
            if model.code_sha256 != self.cards.document(model_id)["code"]["sha256"]:
                raise ModelNotTrusted(f"the code of {model_id} is not the one on its card")
            self._formulas[model_id] = model
        return self._formulas[model_id]


def _refused(name: str, rule: str) -> ModelInputNotValid:
    return ModelInputNotValid(f"{name}: {rule}", field=name, rule=rule)
