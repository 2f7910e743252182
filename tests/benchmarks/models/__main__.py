"""`python -m tests.benchmarks.models`: all models on one applicant, against separate sessions.

Everything runs in one process and in turn, on golden inputs; CPU time, the median of many runs.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from risk.adapters.formula_models import FormulaModel
from risk.adapters.graph_models import GraphModels, StageModels
from risk.adapters.model_cards import ModelCards
from risk.domain.models.catalogue import EVERY
from tests.support.risk_stores import ARTEFACTS

RUNS: Final = 300
STAGES: Final = ("pre_loan", "post_loan")
BYTES_PER_KIB: Final = 1024


def main() -> None:
    """Print the figures as JSON."""
    cards, begun = ModelCards(ARTEFACTS), time.process_time_ns()
    stages = [StageModels(cards, stage) for stage in STAGES]
    for one in stages:
        one.load()
    load_ms = (time.process_time_ns() - begun) / 1e6
    single = GraphModels(cards)
    graphs = {one.id: _inputs(one.id) for one in EVERY if one.is_onnx}
    for model in graphs:
        single.load(model)
    codes = [_ready(one.id) for one in EVERY if not one.is_onnx]
    given: dict[str, float | None] = {}
    for inputs in graphs.values():
        given |= inputs

    def merged() -> None:
        for one in stages:
            one.answers(given.get)

    def separate() -> None:
        for model, inputs in graphs.items():
            single.answer(model, inputs.get)

    def all_models() -> None:
        merged()
        for ask in codes:
            ask()

    figures = _in_turn({"merged": merged, "separate": separate, "all_models": all_models})
    report = {
        "onnx_models": len(graphs),
        "models": len(graphs) + len(codes),
        "cpu_ms_p50": figures,
        "separate_to_merged": round(figures["separate"] / figures["merged"], 2),
        "load_stages_cpu_ms": round(load_ms, 1),
        "kib": {
            "stages": _kib(ARTEFACTS / "stages", "*.onnx"),
            "single": _kib(ARTEFACTS, "*/model.onnx"),
        },
    }
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")


def _inputs(model: str) -> Mapping[str, float | None]:
    vectors = json.loads((ARTEFACTS / model / "golden.json").read_bytes())["vectors"]
    inputs: dict[str, float | None] = vectors[-1]["inputs"]
    return inputs


def _ready(model: str) -> Callable[[], object]:
    """A model of code with its first golden inputs read, as a caller in the same process has."""
    formula = FormulaModel(model, (ARTEFACTS / model / "parameters.json").read_bytes())
    module, parameters = formula.module, formula.parameters
    inputs = msgspec.convert(_inputs_of_code(model), module.Inputs, strict=True)
    return lambda: module.answer(inputs, parameters)


def _inputs_of_code(model: str) -> Any:
    return json.loads((ARTEFACTS / model / "golden.json").read_bytes())["vectors"][0]["inputs"]


def _in_turn(works: Mapping[str, Callable[[], None]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            begun = time.process_time_ns()
            work()
            taken[name].append((time.process_time_ns() - begun) / 1e6)
    return {name: round(statistics.median(each), 3) for name, each in taken.items()}


def _kib(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern)) // BYTES_PER_KIB


if __name__ == "__main__":
    main()
