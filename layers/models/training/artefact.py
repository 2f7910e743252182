"""From a validated table to what can be served: graphs, proof, card, and the pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from layers.models.training.champion import Champion, fit_champion, told
from layers.models.training.drawing import draw
from layers.models.training.encoding import (
    Encoding,
    encoded_names,
    fit_encoding,
    seen_by,
    training_matrix,
)
from layers.models.training.evaluation import Evaluation, Plan, augmentation_of
from layers.models.training.export_onnx import IR_VERSION, ML_OPSET, OPSET, to_onnx
from layers.models.training.export_trees import trees_to_onnx
from layers.models.training.fidelity import (
    LARGEST_ACCEPTED,
    largest_difference,
    largest_difference_of_trees,
)
from layers.models.training.metrics import Floats
from layers.models.training.model_plots import plot_data
from layers.models.training.nodes import DECIMALS, narrow
from layers.models.training.reject_inference import told_of
from layers.models.training.scorecard import Scorecard
from layers.models.training.stability import selection_frequencies
from layers.models.training.table import Dataset
from layers.models.training.validation import Rows
from layers.models.training.woe import fit_scorecard

CARD_SCHEMA: Final = "table-model-card/1"
ATTRIBUTION: Final = "path attribution (Saabas): not SHAP"
PSI_TENTHS: Final = 10


def write_artefact(
    folder: Path,
    name: str,
    dataset: Dataset,
    plan: Plan,
    evaluation: Evaluation,
    figures: dict[str, Any],
) -> dict[str, Any]:
    """Fit all rows, export champion and scorecard, prove both, write card and pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.arange(len(dataset.bad))
    encoding = fit_encoding(dataset.columns, dataset.bad, rows)
    names = encoded_names(dataset.columns)
    fitted, card, champion = _fitted(dataset, encoding, plan, rows)
    scored = encoding.matrix(dataset.columns, rows)
    graphs = {
        f"{name}.onnx": trees_to_onnx(champion, name, champion.calibration.knots),
        f"{name}_scorecard.onnx": to_onnx(card, f"{name}_scorecard"),
    }
    proof = _proof(champion, card, list(graphs.values()), scored)
    for file, content in graphs.items():
        (folder / file).write_bytes(content)
    stable = selection_frequencies(card, fitted, dataset.bad, names)
    _write_json(
        folder / "card.json",
        _card(name, dataset, encoding, champion, scored, plan)
        | {"artefacts": _hashes(graphs), "fidelity": proof, "selection_frequency": stable}
        | {"performance": figures},
    )
    pictures = _pictures(folder, name, dataset, evaluation, scored, champion, figures)
    return {
        "folder": str(folder),
        "files": sorted([*graphs, "card.json", "plots.json", *pictures]),
        "sha256": _hashes(graphs),
        "fidelity": proof,
        **told(champion),
    }


def _fitted(
    dataset: Dataset, encoding: Encoding, plan: Plan, rows: Rows
) -> tuple[Floats, Scorecard, Champion]:
    """All rows as they are fitted, the plain scorecard and the champion."""
    values = training_matrix(dataset.columns, dataset.bad, rows, encoding, plan.seed)
    names, seen = encoded_names(dataset.columns), seen_by(dataset.columns)
    card = fit_scorecard(np.where(seen[1], values, np.nan), dataset.bad, names)
    champion = fit_champion(
        values, dataset.bad, names, monotone=plan.signs(len(names)),
        calibration=plan.calibration, scorecard=card, seen_by=seen, seed=plan.seed,
        augment=augmentation_of(dataset, encoding, card, plan),
    )  # fmt: skip
    return values, card, champion


def _proof(
    champion: Champion, card: Scorecard, graphs: Sequence[bytes], values: Floats
) -> dict[str, Any]:
    """The largest differences between graphs and fits; beyond the bound nothing is made."""
    return {
        "accepted": LARGEST_ACCEPTED,
        "champion": largest_difference_of_trees(champion, graphs[0], values, champion.calibration),
        "scorecard": largest_difference(card, graphs[1], narrow(values)),
        "rows": len(values),
    }


def _pictures(
    folder: Path, name: str, dataset: Dataset, evaluation: Evaluation, values: Floats,
    champion: Champion, figures: dict[str, Any],
) -> tuple[str, ...]:  # fmt: skip
    numbers = plot_data(dataset, evaluation, values, champion.contributions(values))
    if "out_of_time" in figures:
        numbers["psi_over_time"] = figures["out_of_time"]["champion"]["psi"]
    _write_json(folder / "plots.json", numbers)
    return draw(numbers, folder, name)


def _card(
    name: str, dataset: Dataset, encoding: Encoding, champion: Champion, values: Floats, plan: Plan
) -> dict[str, Any]:
    return {
        "schema": CARD_SCHEMA,
        "id": name,
        "algorithm": "mean on log-odds of boosted trees and a weight-of-evidence scorecard, "
        "exported as one tree ensemble",
        "attribution": ATTRIBUTION,
        "graph": {
            "opset": OPSET,
            "ml_opset": ML_OPSET,
            "ir_version": IR_VERSION,
            "input": "indicators: float32 [N, F], NaN where missing",
            "outputs": ["probability [N, 1]", "contributions [N, F]"],
        },
        "inputs": _inputs(dataset, values, plan),
        "preprocessing": {
            "decimals": DECIMALS,
            "days": "days since 1970-01-01",
            "categories": "the number of the level; a level that is not listed is `other`; "
            "a feature called (place) is the place of the level's name in `places`, from 0",
            "encoding": encoding.told(dataset.columns),
        },
        "missing_policy": "a missing value goes where the training rows without it led; it may "
        "lower a probability, so a product that decides about people fits with missing=worst",
        "target": {"bad_value": dataset.positive, "rows": len(dataset.bad)},
        "psi": _psi(champion, values),
        "data_sha256": dataset.sha256,
        "seed": plan.seed,
        **told(champion),
        **told_of(dataset, plan.reject_factor),
    }


def _inputs(dataset: Dataset, values: Floats, plan: Plan) -> list[dict[str, Any]]:
    """Every feature in the order of the graph's input."""
    names = encoded_names(dataset.columns)
    kinds = [*(column.kind for column in dataset.columns)]
    signs = plan.signs(len(names)) or (0,) * len(names)
    return [
        {
            "name": name,
            "kind": kinds[place] if place < len(kinds) else "place",
            "bounds": _bounds(values[:, place]),
            "missing_share": round(float(np.isnan(values[:, place]).mean()), 6),
            "monotone": signs[place],
        }
        for place, name in enumerate(names)
    ]


def _bounds(column: Floats) -> list[float]:
    """The 1st and 99th per cent of the training values: bounds of the usual, and no one's value."""
    return [float(f"{value:.6g}") for value in np.nanquantile(column, (0.01, 0.99))]


def _psi(champion: Champion, values: Floats) -> dict[str, Any]:
    scores = champion.probabilities(values)
    edges = np.unique(np.quantile(scores, np.arange(1, PSI_TENTHS) / PSI_TENTHS))
    counts = np.bincount(np.searchsorted(edges, scores, side="left"), minlength=len(edges) + 1)
    return {
        "edges": [round(float(edge), 6) for edge in edges],
        "shares": [round(float(count / len(scores)), 6) for count in counts],
        "alarm": {"yellow": 0.1, "red": 0.25},
    }


def _hashes(graphs: dict[str, bytes]) -> dict[str, str]:
    return {file: hashlib.sha256(content).hexdigest() for file, content in graphs.items()}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")
