"""Every statistical model on onnxruntime: one graph a stage, or each from its own file.

One operator with many targets gives the contributions of all models of a stage in one run: it is
the fastest way that was measured (docs/performance.md), and the same numbers as the single files:
each target adds up the same trees in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

from puhui.contracts.common import Reason
from puhui.errors import BadRequest
from puhui.strict_json import loads
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_gate import check_graph
from risk.domain.errors import ModelNotTrusted
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.models.catalogue import ONNX_KINDS
from risk.domain.scorecard import PPM, Scale
from risk.domain.statistical import (
    E6_PER_E4,
    Given,
    StatisticalAnswer,
    StatisticalInput,
    StatisticalModel,
    answer_of,
    numbers_of,
)

STAGES: Final = "stages"
INPUT: Final = "indicators"
PROBABILITY: Final = "probability"
CONTRIBUTIONS: Final = "contributions"
UNUSABLE: Final = (RuntimeError, ValueError, state.Fail, state.InvalidArgument, state.InvalidGraph,
                   state.InvalidProtobuf, state.NotImplemented, state.RuntimeException)  # fmt: skip
"""What onnxruntime raises for bytes that it cannot run; its classes share no base of their own."""
ACCEPTED_PPM: Final = 10
"""The graph's own probability must agree with the exact one to 1e-5."""


def open_graph(body: bytes) -> Any:
    """A session from bytes: one thread, deterministic, and no file beside the bytes is read."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    try:
        return onnxruntime.InferenceSession(body, options, providers=["CPUExecutionProvider"])
    except UNUSABLE as error:
        raise ModelNotTrusted("a graph cannot be opened") from error


def row_of(numbers: Sequence[float | None]) -> Any:
    """One applicant's inputs as the graph reads them; what is missing is NaN."""
    return np.array([[np.nan if one is None else one for one in numbers]], np.float32)


@dataclass(frozen=True)
class GraphModels:
    """The statistical models of a folder of cards, each from its own verified file."""

    cards: ModelCards
    _sessions: dict[str, Any] = field(default_factory=dict)
    _models: dict[str, StatisticalModel] = field(default_factory=dict)

    def model(self, model_id: str) -> StatisticalModel:
        """What is known of a model, once its card has proven to fit the library."""
        if model_id not in self._models:
            document = self.cards.document(model_id)
            try:
                self._models[model_id] = _model(document, self.cards.card_sha256(model_id))
            except (KeyError, TypeError, ValueError) as error:
                raise ModelNotTrusted(f"the card of {model_id} lacks what is served") from error
        return self._models[model_id]

    def load(self, model_id: str) -> None:
        """Open a model's graph, if it is the one on its card and takes what the card names."""
        if model_id not in self._sessions:
            session = open_graph(self.cards.artefact(model_id))
            if session.get_inputs()[0].shape[1] != len(self.model(model_id).inputs):
                raise ModelNotTrusted(f"{model_id} takes other inputs than its card names")
            self._sessions[model_id] = session

    def answer(self, model_id: str, given: Given) -> StatisticalAnswer:
        """Run one model's own graph, and let its own probability prove the exact one."""
        self.load(model_id)
        model = self.model(model_id)
        row = row_of(numbers_of(model, given))
        outputs = [PROBABILITY, CONTRIBUTIONS]
        probability, contributions = self._sessions[model_id].run(outputs, {INPUT: row})
        answer = answer_of(model, contributions[0].tolist())
        if abs(float(probability[0, 0]) * PPM - answer.probability_ppm) > ACCEPTED_PPM:
            raise ModelNotTrusted(f"{model_id} answers a probability that is not its points'")
        return answer


@dataclass(frozen=True)
class StageModels:
    """All statistical models of one stage (阶段合并模型), from one graph and one run."""

    cards: ModelCards
    stage: str

    @cached_property
    def members(self) -> tuple[StatisticalModel, ...]:
        """The models of the stage, each as its own card tells it."""
        single = GraphModels(self.cards)
        found = []
        for one in self._manifest["members"]:
            model = single.model(one["id"])
            if (model.version, model.sha256) != (one["version"], one["sha256"]):
                raise ModelNotTrusted(f"the graph of {self.stage} holds another {model.id}")
            found.append(model)
        return tuple(found)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the graph reads, in its order."""
        return tuple(self._manifest["inputs"])

    def load(self) -> None:
        """Open the graph before the first request needs it."""
        _ = self._session, self.members

    def answers(self, given: Given) -> dict[str, StatisticalAnswer]:
        """What every model of the stage says; one run of one operator."""
        row = row_of([given(name) for name in self.inputs])
        (found,) = self._session.run([CONTRIBUTIONS], {INPUT: row})
        contributions, at = found[0].tolist(), 0
        answers = {}
        for model in self.members:
            end = at + len(model.inputs)
            answers[model.id] = answer_of(model, contributions[at:end])
            at = end
        return answers

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        try:
            document = loads(self._part("json"))
            return {name: document[name] for name in ("sha256", "inputs", "members")}
        except (BadRequest, KeyError, TypeError) as error:
            raise ModelNotTrusted(f"the manifest of {self.stage} cannot be read") from error

    @cached_property
    def _session(self) -> Any:
        body = self._part("onnx")
        if hashlib.sha256(body).hexdigest() != self._manifest["sha256"]:
            raise ModelNotTrusted(f"the graph of {self.stage} is not the one of its manifest")
        check_graph(self.stage, body)
        return open_graph(body)

    def _part(self, suffix: str) -> bytes:
        path = Path(self.cards.folder) / STAGES / f"{self.stage}.{suffix}"
        try:
            return path.read_bytes()
        except OSError as error:
            raise ModelNotTrusted(f"there is no graph of {self.stage}") from error


def _model(card: Mapping[str, Any], card_sha256: str) -> StatisticalModel:
    if card["kind"] not in ONNX_KINDS:
        raise ModelNotTrusted(f"{card['id']} is no statistical model")
    scale = card.get("scale")
    return StatisticalModel(
        id=card["id"],
        catalogue_id=card["catalogue_id"],
        version=card["version"],
        sha256=card["sha256"],
        card_sha256=card_sha256,
        stage=card["stage"],
        segments=tuple(card["segments"]),
        kind=card["kind"],
        intercept_e6=card["intercept_e6"] if scale is None else card["intercept_e4"] * E6_PER_E4,
        scale=None if scale is None else Scale(**scale),
        inputs=tuple(_input(card, one) for one in card["inputs"]),
    )


def _input(card: Mapping[str, Any], entry: Mapping[str, Any]) -> StatisticalInput:
    name = entry.get("indicator") or entry["name"]
    if "indicator" in entry:
        definition = DEFINITIONS.get(name)
        if definition is None or definition.version != entry["version"]:
            raise ModelNotTrusted(f"{card['id']} was trained on another {name}")
    points = entry.get("points_e4")
    best = entry["best_e6"] if points is None else min(points) * E6_PER_E4
    return StatisticalInput(name=name, best_e6=best, reason=Reason(**entry["reason"]))
