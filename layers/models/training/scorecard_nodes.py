"""A scorecard as a sum of small trees, so that it can be added to other trees."""

from __future__ import annotations

import numpy as np

from layers.models.training.metrics import Floats
from layers.models.training.nodes import LARGEST, LEAF, Nodes, narrow
from layers.models.training.scorecard import Points, Scorecard


def scorecard_nodes(card: Scorecard, values: Floats) -> Nodes:
    """One tree for each feature: first whether it is missing, then its bins one by one.

    `values` are the training rows; their means make the paths' contributions comparable with
    those of other trees: both say how a row differs from the training average.
    """
    seen = narrow(values)
    writer = _Writer()
    for place, points in enumerate(card.points):
        if points.feature.edges or points.missing:
            writer.add(place, points, seen[:, place])
    return Nodes(
        np.array(writer.roots, np.int64),
        np.array(writer.feature, np.int64),
        np.array(writer.threshold, np.float64),
        np.array(writer.left, np.int64),
        np.array(writer.right, np.int64),
        np.zeros(len(writer.feature), np.bool_),
        np.array(writer.mean, np.float64),
        len(card.points),
        card.intercept,
    )


class _Writer:
    def __init__(self) -> None:
        self.roots: list[int] = []
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.mean: list[float] = []

    def add(self, place: int, points: Points, column: Floats) -> None:
        """The tree of one feature; a missing value is the right child of the root."""
        edges = np.asarray(points.feature.edges, np.float32)
        missing = np.isnan(column)
        where = np.searchsorted(edges, column[~missing].astype(np.float32), side="left")
        rows = np.bincount(where, minlength=len(points.bins)).astype(np.float64)
        root = self._node(place, LARGEST)
        self.roots.append(root)
        self.left[root], known = self._between(place, points, rows, 0, len(points.bins))
        self.right[root] = self._leaf(points.missing)
        share = float(missing.mean())
        self.mean[root] = known * (1 - share) + points.missing * share

    def _between(
        self, place: int, points: Points, rows: Floats, low: int, high: int
    ) -> tuple[int, float]:
        """The subtree of bins low … high-1, split in the middle, and its mean."""
        if high - low == 1:
            return self._leaf(points.bins[low]), points.bins[low]
        middle = (low + high) // 2
        node = self._node(place, float(np.float32(points.feature.edges[middle - 1])))
        self.left[node], _ = self._between(place, points, rows, low, middle)
        self.right[node], _ = self._between(place, points, rows, middle, high)
        weights = rows[low:high] + 1e-9
        self.mean[node] = float(np.average(points.bins[low:high], weights=weights))
        return node, self.mean[node]

    def _leaf(self, mean: float) -> int:
        node = self._node(LEAF, 0.0)
        self.mean[node] = mean
        return node

    def _node(self, feature: int, threshold: float) -> int:
        self.feature.append(feature)
        self.threshold.append(threshold)
        self.left.append(0)
        self.right.append(0)
        self.mean.append(0.0)
        return len(self.feature) - 1
