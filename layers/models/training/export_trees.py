"""A sum of trees as an ONNX graph with two outputs: the probability and each feature's share in it.

One `TreeEnsembleRegressor` (ai.onnx.ml 3) has a target for each feature; a leaf writes what the
splits on the way to it gave to each (path attribution, not SHAP). The probability is the sigmoid
of their sum and the bias, so reasons come out of the same node as the score.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from layers.models.training.export_onnx import write_graph
from layers.models.training.export_steps import Knots
from layers.models.training.nodes import LEAF, Nodes

Given = dict[int, float]
"""What the splits on a path have given to each feature."""


class HasNodes(Protocol):
    """Anything that is a sum of trees."""

    @property
    def nodes(self) -> Nodes:
        """The trees."""
        ...


def trees_to_onnx(trees: HasNodes, name: str, knots: Knots = ()) -> bytes:
    """Write the graph; the same trees always give the same bytes.

    `knots` are the steps of an isotonic calibration, which follow the sigmoid.
    """
    nodes = trees.nodes
    written: dict[str, list[Any]] = {
        name: []
        for name in (
            "treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids",
            "hitrates", "missing_value_tracks_true",
        )
    }  # fmt: skip
    targets: dict[str, list[Any]] = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
    for tree, root in enumerate(nodes.roots):
        for place, given in _below(nodes, int(root), {}):
            _write(nodes, tree, int(root), place, written)
            if nodes.feature[place] == LEAF:
                _write_leaf(tree, place - int(root), given, targets)
    return write_graph(name, nodes.width, nodes.bias, written, targets, knots)


def _below(nodes: Nodes, place: int, given: Given) -> Iterator[tuple[int, Given]]:
    """A node and all below it, each with what its path has given."""
    yield place, given
    feature = int(nodes.feature[place])
    if feature == LEAF:
        return
    for child in (int(nodes.left[place]), int(nodes.right[place])):
        step = float(nodes.mean[child] - nodes.mean[place])
        yield from _below(nodes, child, {**given, feature: given.get(feature, 0.0) + step})


def _write(nodes: Nodes, tree: int, root: int, place: int, written: dict[str, list[Any]]) -> None:
    leaf = nodes.feature[place] == LEAF
    row = (
        tree,
        place - root,
        0 if leaf else int(nodes.feature[place]),
        float(nodes.threshold[place]),
        "LEAF" if leaf else "BRANCH_LEQ",
        0 if leaf else int(nodes.left[place]) - root,
        0 if leaf else int(nodes.right[place]) - root,
        1.0,
        int(nodes.missing_left[place]),
    )
    for name, value in zip(written, row, strict=True):
        written[name].append(value)


def _write_leaf(tree: int, number: int, given: Given, targets: dict[str, list[Any]]) -> None:
    """A leaf without any split above it still needs one target: the first, with nothing."""
    for feature, weight in sorted((given or {0: 0.0}).items()):
        for name, value in zip(targets, (tree, number, feature, weight), strict=True):
            targets[name].append(value)
