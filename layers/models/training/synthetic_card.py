"""The card of a model trained here: what it is, from what, how good, what it must not do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from layers.models.training.fidelity import LARGEST_ACCEPTED
from layers.models.training.metrics import Floats
from layers.models.training.scorecard import Scorecard
from layers.models.training.synthetic_golden import E6, golden_vectors
from layers.models.training.synthetic_inputs import DECLARED, input_of
from layers.models.training.synthetic_reasons import reason_of
from layers.models.training.trees import Trees

SCHEMA: Final = "model-card/2"
SCALE: Final = {"base": 600, "odds": 20, "points_to_double": 40}
SHARE_BINS: Final = 5
SCORE_BINS: Final = 10
E4: Final = 10_000
ALGORITHMS: Final[Mapping[str, str]] = {
    "scorecard": "logistic scorecard on weights of evidence; bins merged until each input's risk "
    "only rises in its argued direction; a missing value is as the worst bin",
    "trees": "gradient boosted trees (LightGBM), monotone in every input; a missing value goes to "
    "the riskier side of every split; contributions by path attribution",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """What a training run gives to the card."""

    model: Scorecard | Trees
    names: tuple[str, ...]
    signs: tuple[int, ...]
    artefact: bytes
    values: Floats
    largest_difference: float


def write_model(folder: Path, told: Mapping[str, Any], trained: Trained) -> dict[str, Any]:
    """Write `model.onnx`, `card.json` and `golden.json` of a model; answer the card.

    `told` is what the training itself has to say: names, windows, sample, figures, limits.
    """
    card = {
        "schema": SCHEMA,
        "version": "1.0.0",
        "artefact": "model.onnx",
        "code": None,
        "algorithm": ALGORITHMS[told["kind"]],
        "sha256": hashlib.sha256(trained.artefact).hexdigest(),
        "artefact_bytes": len(trained.artefact),
        "scale": SCALE if told["kind"] == "scorecard" else None,
        **_intercepts(trained.model),
        "inputs": _inputs(trained),
        "missing_policy": "worst: a missing input counts as the riskiest value that exists",
        "psi": _score_groups(trained),
        "fidelity": {
            "accepted": LARGEST_ACCEPTED,
            "largest_difference_below": _bound(trained.largest_difference),
        },
        **told,
    }
    golden = _text(
        {
            "id": card["id"],
            "vectors": golden_vectors(card, trained.artefact, trained.values, trained.signs),
        }
    )
    card["golden_sha256"] = hashlib.sha256(golden.encode()).hexdigest()
    own = folder / str(card["id"])
    own.mkdir(parents=True, exist_ok=True)
    (own / "model.onnx").write_bytes(trained.artefact)
    (own / "golden.json").write_text(golden, encoding="utf-8")
    (own / "card.json").write_text(_text(card), encoding="utf-8")
    return card


def rounded(figures: Any, digits: int = 4) -> dict[str, Any]:
    """Figures as they are shown: whole numbers whole, others to four decimals."""
    found = figures if isinstance(figures, Mapping) else asdict(figures)
    return {k: v if isinstance(v, int) else round(float(v), digits) for k, v in found.items()}


def without_psi(figures: dict[str, Any]) -> dict[str, Any]:
    """Folds of few rows are scored by different models: a stability index of theirs tells nothing.

    Stability is told of the served model alone, between its training rows and later ones.
    """
    return {key: value for key, value in figures.items() if key != "psi"}


def _intercepts(model: Scorecard | Trees) -> dict[str, int]:
    """Points are whole 0.0001; trees have no points, and a finer unit."""
    if isinstance(model, Scorecard):
        return {
            "intercept_e4": round(model.intercept * E4),
            "intercept_e6": round(model.intercept * E4) * (E6 // E4),
        }
    return {"intercept_e6": round(float(np.float32(model.nodes.bias)) * E6)}


def _inputs(trained: Trained) -> list[dict[str, Any]]:
    least = _least(trained)
    return [
        _input(name, sign, column, least[place], _points(trained.model, place))
        for place, (name, sign, column) in enumerate(
            zip(trained.names, trained.signs, trained.values.T, strict=True)
        )
    ]


def _input(
    name: str, sign: int, column: Floats, least: int, points: Mapping[str, Any]
) -> dict[str, Any]:
    one = input_of(name)
    key = "name" if name in DECLARED else "indicator"
    return {
        key: name,
        "version": one.version,
        "name_zh": one.name_zh,
        "unit": one.unit,
        "source": one.source,
        "riskier": "upwards" if sign > 0 else "downwards",
        "best_e6": least,
        **points,
        "missing_policy": "worst",
        "reason": reason_of(one, sign),
        "shares": _shares(column),
    }


def _points(model: Scorecard | Trees, place: int) -> dict[str, Any]:
    if isinstance(model, Trees):
        return {}
    points = model.points[place]
    return {
        "edges": list(points.feature.edges),
        "points_e4": [round(value * E4) for value in points.bins],
        "missing_points_e4": round(points.missing * E4),
    }


def _least(trained: Trained) -> list[int]:
    """The least that each input adds on the training rows, in 0.000001 of a log-odds."""
    found = trained.model.contributions(trained.values)
    return [int(np.rint(one * E6)) for one in found.min(axis=0)]


def _shares(column: Floats) -> dict[str, Any]:
    """Where the training members lie, in about five groups, for the stability of the input."""
    known = column[~np.isnan(column)]
    ends = np.unique(np.quantile(known, np.arange(1, SHARE_BINS) / SHARE_BINS, method="lower"))
    counts = np.bincount(np.searchsorted(ends, known, side="left"), minlength=len(ends) + 1)
    return {
        "edges": ends.tolist(),
        "shares": [round(count / len(column), 4) for count in counts.tolist()],
        "missing": round(1 - len(known) / len(column), 4),
    }


def _score_groups(trained: Trained) -> dict[str, Any]:
    """Ten groups of the training score, for the population stability index."""
    ppm = np.rint(trained.model.probabilities(trained.values) * E6)
    edges = np.unique(np.quantile(ppm, np.arange(1, SCORE_BINS) / SCORE_BINS, method="lower"))
    counts = np.bincount(np.searchsorted(edges, ppm, side="left"), minlength=len(edges) + 1)
    return {
        "edges_pd_ppm": [int(edge) for edge in edges],
        "shares": [round(count / len(ppm), 4) for count in counts.tolist()],
        "alarm": {"yellow": 0.1, "red": 0.25},
    }


def _bound(value: float) -> float:
    """An upper bound that the last bits of another machine do not change."""
    steps: Sequence[float] = (1e-7, 1e-6, LARGEST_ACCEPTED)
    return next(step for step in steps if value <= step)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
