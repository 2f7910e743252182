"""A scorecard as an ONNX graph with two outputs: the probability and each indicator's points.

One `TreeEnsembleRegressor` (ai.onnx.ml 3) holds one small tree per indicator, each writing its own
target, so the contributions come out of the same node as the score and cannot disagree with it.
The root of each tree asks `x ≤ the largest float`, which is false only for NaN: a missing value
has a leaf of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import onnx
from onnx import TensorProto, helper

from layers.models.training.export_steps import Knots, steps_of
from layers.models.training.scorecard import Points, Scorecard

OPSET: Final = 17
ML_OPSET: Final = 3
IR_VERSION: Final = 9
LARGEST: Final = float(np.finfo(np.float32).max)
PRODUCER: Final = "puhui"


@dataclass
class _Trees:
    """The attribute lists of a tree ensemble, filled node by node."""

    nodes: dict[str, list[Any]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                "treeids",
                "nodeids",
                "featureids",
                "values",
                "modes",
                "truenodeids",
                "falsenodeids",
                "hitrates",
                "missing_value_tracks_true",
            )
        }
    )
    targets: dict[str, list[Any]] = field(
        default_factory=lambda: {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    )
    next_id: int = 0

    def add(self, tree: int, points: Points) -> None:
        """Add the tree of one indicator."""
        self.next_id = 0
        root = self._node(tree, LARGEST)
        known = self._between(tree, points, 0, len(points.bins))
        missing = self._leaf(tree, points.missing)
        self._join(root, known, missing)

    def _between(self, tree: int, points: Points, low: int, high: int) -> int:
        """The subtree of bins low … high-1, split in the middle."""
        if high - low == 1:
            return self._leaf(tree, points.bins[low])
        middle = (low + high) // 2
        node = self._node(tree, points.feature.edges[middle - 1])
        self._join(
            node,
            self._between(tree, points, low, middle),
            self._between(tree, points, middle, high),
        )
        return node

    def _join(self, node: int, true: int, false: int) -> None:
        position = len(self.nodes["nodeids"]) - self.next_id + node
        self.nodes["truenodeids"][position] = true
        self.nodes["falsenodeids"][position] = false

    def _node(self, tree: int, edge: float, mode: str = "BRANCH_LEQ") -> int:
        number = self.next_id
        self.next_id += 1
        row = (tree, number, tree, float(np.float32(edge)), mode, 0, 0, 1.0, 0)
        for name, value in zip(self.nodes, row, strict=True):
            self.nodes[name].append(value)
        return number

    def _leaf(self, tree: int, weight: float) -> int:
        number = self._node(tree, 0.0, "LEAF")
        for name, value in zip(self.targets, (tree, number, tree, weight), strict=True):
            self.targets[name].append(value)
        return number


def to_onnx(card: Scorecard, name: str) -> bytes:
    """Write the graph; the same scorecard always gives the same bytes."""
    trees = _Trees()
    for tree, points in enumerate(card.points):
        trees.add(tree, points)
    return write_graph(name, len(card.points), card.intercept, trees.nodes, trees.targets)


def write_graph(
    name: str,
    width: int,
    intercept: float,
    trees: Mapping[str, list[Any]],
    targets: Mapping[str, list[Any]],
    knots: Knots = (),
) -> bytes:
    """The graph around one tree ensemble with a target for each of `width` indicators."""
    steps = steps_of(knots)
    nodes = [
        helper.make_node(
            "TreeEnsembleRegressor",
            ["indicators"],
            ["contributions"],
            domain="ai.onnx.ml",
            n_targets=width,
            aggregate_function="SUM",
            post_transform="NONE",
            **{f"nodes_{key}": values for key, values in trees.items()},
            **{f"target_{key}": values for key, values in targets.items()},
        ),
        helper.make_node("ReduceSum", ["contributions", "axes"], ["points"], keepdims=1),
        helper.make_node("Add", ["points", "intercept"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["uncalibrated" if knots else "probability"]),
        *steps.nodes,
    ]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("indicators", TensorProto.FLOAT, ["N", width])],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 1]),
            helper.make_tensor_value_info("contributions", TensorProto.FLOAT, ["N", width]),
        ],
        [
            helper.make_tensor("axes", TensorProto.INT64, [1], [1]),
            helper.make_tensor("intercept", TensorProto.FLOAT, [1], [intercept]),
            *steps.constants,
        ],
    )
    model = helper.make_model(graph, opset_imports=_opsets(), producer_name=PRODUCER)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _opsets() -> Sequence[Any]:
    return [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
