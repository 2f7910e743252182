"""A sum of decision trees as plain arrays: what is exported, and what explains itself by paths.

Path attribution (Saabas 2014): every node knows the mean of the leaves below it, weighted by the
training rows in them; walking a row down, each split gives the change of that mean to the feature
that it asks about. Mean of the roots + contributions = log-odds, exactly. It is not SHAP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.models.training.metrics import Floats

LEAF: Final = -1
LARGEST: Final = float(np.finfo(np.float32).max)
"""A split at this value asks only whether there is a value at all."""
DECIMALS: Final = 4
"""Features are rounded to 0.0001 for training and scoring alike."""
ROWS_AT_ONCE: Final = 20_000


def narrow(values: Floats) -> Floats:
    """What a model sees of a value: four decimals, and no more than a float32 can hold."""
    held = np.clip(values, -LARGEST, LARGEST)
    return np.round(held, DECIMALS).astype(np.float32).astype(np.float64)


def rounded_down(threshold: float) -> float:
    """The largest float32 not above a threshold.

    For every float32 x, `x ≤ threshold` is the same question as `x ≤ rounded_down(threshold)`, so
    no row changes its side; rounding to nearest would flip rows that lie between the two.
    """
    nearest = np.float32(np.clip(threshold, -LARGEST, LARGEST))
    if float(nearest) > threshold:
        nearest = np.nextafter(nearest, np.float32(-np.inf))
    return float(nearest)


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """All nodes of all trees, one after the other; positions point into the same arrays."""

    roots: NDArray[np.int64]
    feature: NDArray[np.int64]
    """The feature that a split asks about; LEAF where there is none."""
    threshold: Floats
    """A float32: `x ≤ threshold` goes left."""
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    missing_left: NDArray[np.bool_]
    mean: Floats
    """A leaf's log-odds; of a split the mean of the leaves below, weighted by training rows."""
    width: int
    """Number of features."""
    offset: float = 0.0
    """Log-odds beside the trees, such as a scorecard's intercept."""

    @property
    def bias(self) -> float:
        """What a row gets before it is asked anything: the roots' means and the offset."""
        return float(self.mean[self.roots].sum()) + self.offset

    def contributions(self, values: Floats) -> Floats:
        """What each feature adds to the log-odds of each row, whose values are `narrow` already."""
        parts = [
            self._of_some(values[start : start + ROWS_AT_ONCE])
            for start in range(0, len(values), ROWS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.width))

    def logits(self, values: Floats) -> Floats:
        """The log-odds of each row."""
        return np.asarray(self.bias + self.contributions(values).sum(axis=1), np.float64)

    def scaled(self, weight: float, offset: float = 0.0) -> Nodes:
        """The same trees counting `weight` times as much, and something beside them."""
        return Nodes(
            self.roots, self.feature, self.threshold, self.left, self.right, self.missing_left,
            self.mean * weight, self.width, self.offset * weight + offset,
        )  # fmt: skip

    def _of_some(self, values: Floats) -> Floats:
        missing = np.isnan(values)
        given = np.zeros((len(values), self.width))
        everyone = np.arange(len(values))
        for root in self.roots:
            rows, place = everyone, np.full(len(values), root)
            while True:
                inside = self.feature[place] != LEAF
                rows, place = rows[inside], place[inside]
                if not len(rows):
                    break
                asked = self.feature[place]
                left = values[rows, asked] <= self.threshold[place]
                left = np.where(missing[rows, asked], self.missing_left[place], left)
                child = np.where(left, self.left[place], self.right[place])
                given[rows, asked] += self.mean[child] - self.mean[place]
                place = child
        return given


def joined(parts: Sequence[Nodes]) -> Nodes:
    """The sum of several sums of trees."""
    shifts = np.cumsum([0, *[len(part.feature) for part in parts[:-1]]])

    def moved(name: str) -> Any:
        return np.concatenate(
            [getattr(part, name) + shift for part, shift in zip(parts, shifts, strict=True)]
        )

    def kept(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    return Nodes(
        moved("roots"), kept("feature"), kept("threshold"), moved("left"), moved("right"),
        kept("missing_left"), kept("mean"), parts[0].width,
        sum(part.offset for part in parts),
    )  # fmt: skip
