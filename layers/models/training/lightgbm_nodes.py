"""Reads a LightGBM model's trees; what it could read wrongly it refuses."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from layers.models.training.nodes import LEAF, Nodes, rounded_down

REFUSED: Final = {
    "boosting": ("rf", "random forest mode averages its trees instead of adding them"),
    "linear_tree": (True, "the leaves of linear trees are no numbers"),
    "zero_as_missing": (True, "zero as missing cannot be told from zero in the graph"),
}


class NotExportable(ValueError):
    """A model of a kind whose graph would silently say something else."""


def refuse_unfaithful(parameters: dict[str, Any]) -> None:
    """Refuse the modes whose exported graphs are wrong without any error (measured)."""
    for name, (value, why) in REFUSED.items():
        if parameters.get(name) == value or parameters.get(f"{name}_type") == value:
            raise NotExportable(f"{name}: {why}")


def nodes_of(booster: Any, missing_sides: dict[int, bool] | None = None) -> Nodes:
    """All trees of a booster.

    `missing_sides` names, by feature, whether a missing value goes left at every split; others go
    where the booster sends them.
    """
    refuse_unfaithful(dict(booster.params))
    dump = booster.dump_model()
    if dump.get("average_output"):
        raise NotExportable(f"boosting: {REFUSED['boosting'][1]}")
    reader = _Reader(missing_sides or {})
    roots = [reader.node(tree["tree_structure"])[0] for tree in dump["tree_info"]]
    return Nodes(
        np.array(roots, np.int64),
        np.array(reader.feature, np.int64),
        np.array(reader.threshold, np.float64),
        np.array(reader.left, np.int64),
        np.array(reader.right, np.int64),
        np.array(reader.missing_left, np.bool_),
        np.array(reader.mean, np.float64),
        int(dump["max_feature_idx"]) + 1,
    )


class _Reader:
    """Flattens nested nodes, a parent before its children."""

    def __init__(self, missing_sides: dict[int, bool]) -> None:
        self.missing_sides = missing_sides
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.missing_left: list[bool] = []
        self.mean: list[float] = []

    def node(self, told: dict[str, Any]) -> tuple[int, float]:
        """Add a node and all below it; answer its position and its training rows."""
        place = len(self.feature)
        self.feature.append(LEAF)
        self.threshold.append(0.0)
        self.left.append(0)
        self.right.append(0)
        self.missing_left.append(False)
        self.mean.append(0.0)
        if "split_index" not in told:
            if "leaf_coeff" in told:
                raise NotExportable(f"linear_tree: {REFUSED['linear_tree'][1]}")
            self.mean[place] = float(told["leaf_value"])
            return place, float(told.get("leaf_count", 1))
        if told["decision_type"] != "<=":
            raise NotExportable("categorical_feature: categories are encoded as numbers before")
        self.feature[place] = int(told["split_feature"])
        self.threshold[place] = rounded_down(float(told["threshold"]))
        self.missing_left[place] = self._missing_left(told)
        self.left[place], rows_left = self.node(told["left_child"])
        self.right[place], rows_right = self.node(told["right_child"])
        rows = max(rows_left + rows_right, 1.0)
        self.mean[place] = (
            self.mean[self.left[place]] * rows_left + self.mean[self.right[place]] * rows_right
        ) / rows
        return place, rows

    def _missing_left(self, told: dict[str, Any]) -> bool:
        """A feature without missing values in training reads a missing one as zero."""
        side = self.missing_sides.get(int(told["split_feature"]))
        if side is not None:
            return side
        if told["missing_type"] == "Zero":
            raise NotExportable(f"zero_as_missing: {REFUSED['zero_as_missing'][1]}")
        if told["missing_type"] == "NaN":
            return bool(told["default_left"])
        return float(told["threshold"]) >= 0.0
