"""Fits one synthetic model on members observed before the shock, and judges it on those after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from layers.models.training.export_onnx import to_onnx
from layers.models.training.export_trees import trees_to_onnx
from layers.models.training.fidelity import largest_difference, largest_difference_of_trees
from layers.models.training.metrics import (
    Bools,
    Floats,
    auc,
    brier,
    calibration_slope,
    kolmogorov_smirnov,
    psi,
)
from layers.models.training.scorecard import Scorecard
from layers.models.training.signed_woe import fit_signed
from layers.models.training.synthetic_frame import Frame
from layers.models.training.synthetic_specs import Spec
from layers.models.training.trees import Trees, fit_trees
from layers.models.training.validation import Figures, cross_validated

MOST_TREES: Final = 200
TREE_SETTINGS: Final[dict[str, Any]] = {
    "num_leaves": 7,
    "learning_rate": 0.05,
    "min_data_in_leaf": 40,
}


class Scores(Protocol):
    """Whatever says probabilities of rows with all inputs of a spec."""

    def probabilities(self, values: Floats) -> Floats:
        """The probability of bad of each row."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class OfSome:
    """A scorecard that takes some of the columns it is given."""

    card: Scorecard
    columns: tuple[int, ...]

    def probabilities(self, values: Floats) -> Floats:
        """The probability of bad of each row."""
        return self.card.probabilities(values[:, self.columns])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A fitted model with its artefact and the figures that it is judged by."""

    model: Scorecard | Trees
    names: tuple[str, ...]
    """The inputs that the artefact takes."""
    signs: tuple[int, ...]
    artefact: bytes
    values: Floats
    """The training rows, of the artefact's inputs."""
    bad: Bools
    in_time: Figures
    out_of_time: dict[str, float]
    with_missing: dict[str, float]
    largest_difference: float


def fit_spec(spec: Spec, frame: Frame) -> Fitted:
    """Fit a model as its spec says; the same frame always gives the same bytes."""
    mine, complete = rows_of(spec, frame), frame.complete(spec.names)
    before, bad = ~frame.after_shock, frame.labels[spec.target]
    learned, later = mine & complete & before, mine & complete & ~before
    every = frame.columns(spec.names)
    scores = _fit(spec, every[learned], bad[learned])
    model = scores.card if isinstance(scores, OfSome) else scores
    columns = scores.columns if isinstance(scores, OfSome) else tuple(range(len(spec.names)))
    values = every[:, columns]
    artefact, difference = _exported(spec.id, model, values[learned])
    expected = scores.probabilities(every[learned])
    return Fitted(
        model=model,
        names=tuple(spec.names[column] for column in columns),
        signs=tuple(spec.signs[column] for column in columns),
        artefact=artefact,
        values=values[learned],
        bad=bad[learned],
        in_time=cross_validated(
            every[learned], bad[learned], lambda rows, outcome: _fit(spec, rows, outcome)
        ),
        out_of_time=judged(expected, scores.probabilities(every[later]), bad[later]),
        with_missing=judged(
            expected, scores.probabilities(every[mine & before]), bad[mine & before]
        ),
        largest_difference=difference,
    )


def rows_of(spec: Spec, frame: Frame) -> Bools:
    """The members that the model is for."""
    mine: Bools = np.isin(frame.segment, list(spec.segments))
    return mine if spec.thin is None else mine & (frame.thin == spec.thin)


def judged(expected: Floats, chances: Floats, bad: Bools) -> dict[str, float]:
    """The figures of scores of rows, and how far they moved from the expected ones."""
    return {
        "n": len(bad),
        "bads": int(bad.sum()),
        "auc": auc(bad, chances),
        "ks": kolmogorov_smirnov(bad, chances),
        "brier": brier(bad, chances),
        "calibration_slope": calibration_slope(bad, chances),
        "mean_probability": float(chances.mean()),
        "bad_rate": float(bad.mean()),
        "psi": psi(expected, chances),
    }


def small_trees(values: Floats, bad: Bools, signs: tuple[int, ...], **changes: Any) -> Trees:
    """Monotone trees whose missing values count as the worst, never more of them than 200."""
    settings = TREE_SETTINGS | changes
    trees = fit_trees(values, bad, monotone=signs, missing_is_worst=True, settings=settings)
    if len(trees.nodes.roots) <= MOST_TREES:
        return trees
    settings |= {"rounds": MOST_TREES}
    return fit_trees(values, bad, monotone=signs, missing_is_worst=True, settings=settings)


def _fit(spec: Spec, values: Floats, bad: Bools) -> OfSome | Trees:
    if spec.kind == "trees":
        return small_trees(values, bad, spec.signs)
    card = fit_signed(spec.names, spec.signs, values, bad)
    columns = tuple(spec.names.index(points.feature.indicator) for points in card.points)
    return OfSome(card, columns)


def _exported(model_id: str, model: Scorecard | Trees, values: Floats) -> tuple[bytes, float]:
    """The graph, proven to say what the model says."""
    if isinstance(model, Trees):
        artefact = trees_to_onnx(model, model_id)
        return artefact, largest_difference_of_trees(model, artefact, values)
    artefact = to_onnx(model, model_id)
    return artefact, largest_difference(model, artefact, values)
