"""Proves that the exported graph says what the fitted model says, on every kind of row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import onnxruntime

from layers.models.training.calibration import Calibration
from layers.models.training.metrics import Floats, sigmoid
from layers.models.training.nodes import DECIMALS, LARGEST, LEAF, Nodes, narrow
from layers.models.training.scorecard import Scorecard

LARGEST_ACCEPTED: Final = 1e-5
NO_CALIBRATION: Final = Calibration()
READ_AS_ZERO: Final = 1e-30
"""LightGBM splits zero from the rest at ±1e-35 and itself reads what is smaller as zero; values of
four decimals come no nearer to zero than 0.0001."""
ROWS_WITH_HOLES: Final = 300
"""Each of so many rows is scored without each one of its values; small samples without limit."""


class NotFaithful(AssertionError):
    """The exported graph and the fitted model disagree."""


class Explained(Protocol):
    """A fitted model that says probabilities and contributions."""

    def probabilities(self, values: Floats) -> Floats: ...
    def contributions(self, values: Floats) -> Floats: ...


class SumOfTrees(Protocol):
    """Fitted trees: their arrays, and the fitting library's own answer."""

    @property
    def nodes(self) -> Nodes: ...
    def logits_of_seen(self, seen: Floats) -> Floats: ...


@dataclass(frozen=True, slots=True)
class _Unrounded:
    """Trees on rows as they are, so that a row one float32 step from a split stays there."""

    trees: SumOfTrees
    calibration: Calibration

    def probabilities(self, values: Floats) -> Floats:
        return self.calibration.stepped(sigmoid(self.trees.logits_of_seen(values)))

    def contributions(self, values: Floats) -> Floats:
        return self.trees.nodes.contributions(values)


def largest_difference(scorecard: Scorecard, artefact: bytes, values: Floats) -> float:
    """Compare both on all rows, with values missing, and on both sides of every bin's end."""
    edges = [points.feature.edges for points in scorecard.points]
    return _compared(scorecard, artefact, values, edges)


def largest_difference_of_trees(
    trees: SumOfTrees, artefact: bytes, values: Floats, calibration: Calibration = NO_CALIBRATION
) -> float:
    """Compare graph and fitted trees on all rows, with holes, and on both sides of every split.

    The log-odds of the trees have the calibration's line already; its steps follow.
    """
    nodes = trees.nodes
    splits = (nodes.feature != LEAF) & (nodes.threshold < LARGEST)
    edges = [
        np.unique(nodes.threshold[splits & (nodes.feature == column)]).tolist()
        for column in range(nodes.width)
    ]
    return _compared(_Unrounded(trees, calibration), artefact, narrow(values), edges)


def _compared(
    model: Explained, artefact: bytes, values: Floats, edges: Sequence[Sequence[float]]
) -> float:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
    difference = 0.0
    for rows in (values, *_without_values(values), _at_the_edges(edges, values)):
        if not len(rows):
            continue
        probability, contributions = session.run(None, {"indicators": rows.astype(np.float32)})
        difference = max(
            difference,
            float(np.abs(probability[:, 0] - model.probabilities(rows)).max()),
            float(np.abs(contributions - model.contributions(rows)).max()),
        )
    if not difference <= LARGEST_ACCEPTED:
        raise NotFaithful(f"the graph differs from the fitted model by {difference:.2e}")
    return difference


def _without_values(values: Floats) -> Iterator[Floats]:
    """Rows with each one of their values missing, and a row without any."""
    yield np.full((1, values.shape[1]), np.nan)
    some = values[:: max(1, len(values) // ROWS_WITH_HOLES)]
    for column in range(values.shape[1]):
        holed = some.copy()
        holed[:, column] = np.nan
        yield holed


def _at_the_edges(edges: Sequence[Sequence[float]], values: Floats) -> Floats:
    """A middle row with each value exactly at, just below and just above each end or split."""
    middle = narrow(np.nanmedian(values, axis=0)[None, :])[0]
    rows = []
    for column, ends in enumerate(edges):
        for edge in np.asarray(ends, np.float32):
            for value in _around(edge):
                row = middle.copy()
                row[column] = value
                rows.append(row)
    return np.array(rows).reshape(len(rows), len(edges))


def _around(edge: np.float32) -> tuple[np.float32, np.float32, np.float32]:
    """The nearest values that a row can have below, at and above an edge."""
    if abs(edge) < READ_AS_ZERO:
        return np.float32(-(10.0**-DECIMALS)), np.float32(0.0), np.float32(10.0**-DECIMALS)
    below = np.nextafter(edge, np.float32(-np.inf))
    return below, edge, np.nextafter(edge, np.float32(np.inf))
