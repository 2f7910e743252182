"""Scorecards on onnxruntime: loaded from verified bytes, one thread, the same answer every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnxruntime

from risk.adapters.model_cards import ModelCards
from risk.domain.errors import ModelNotTrusted
from risk.domain.scorecard import E4, PPM, ModelCard, probability_ppm

ROUNDING_E4: Final = 0.1
"""A contribution further than this from a whole 0.0001 is not one of the card's points."""
ACCEPTED_PPM: Final = 10
"""The graph's own probability must agree with the exact one to 1e-5."""
INPUT: Final = "indicators"


@dataclass(frozen=True)
class _Loaded:
    card: ModelCard
    session: Any


@dataclass(frozen=True)
class OnnxModels:
    """`risk.ports.Models` over the artefacts that the cards name."""

    cards: ModelCards
    _loaded: dict[str, _Loaded] = field(default_factory=dict)

    def load(self, model_id: str) -> None:
        """Open a model before the first request needs it."""
        self._model(model_id)

    def card(self, model_id: str) -> ModelCard:
        """The card, once its artefact has proven to be the one it names."""
        return self._model(model_id).card

    def contributions_e4(self, model_id: str, values: Sequence[float | None]) -> tuple[int, ...]:
        """Run the graph and take its points back as the integers they were made from."""
        model = self._model(model_id)
        row = np.array([[np.nan if value is None else value for value in values]], np.float32)
        probability, contributions = model.session.run(None, {INPUT: row})
        scaled = contributions[0].astype(np.float64) * E4
        points = np.rint(scaled)
        if np.abs(scaled - points).max() > ROUNDING_E4:
            raise ModelNotTrusted(f"{model_id} answers points that are not on its card")
        found = tuple(int(point) for point in points)
        exact = probability_ppm(model.card.intercept_e4 + sum(found))
        if abs(float(probability[0, 0]) * PPM - exact) > ACCEPTED_PPM:
            raise ModelNotTrusted(f"{model_id} answers a probability that is not its points'")
        return found

    def _model(self, model_id: str) -> _Loaded:
        if model_id not in self._loaded:
            session = _session(self.cards.artefact(model_id))
            card = self.cards.card(model_id)
            if session.get_inputs()[0].shape[1] != len(card.inputs):
                raise ModelNotTrusted(f"{model_id} takes other inputs than its card names")
            self._loaded[model_id] = _Loaded(card, session)
        return self._loaded[model_id]


def _session(artefact: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    return onnxruntime.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
