"""One graph for all statistical models of a stage: one operator, one target for each input.

python -m layers.models.training.merge_stage [--folder DIR] [--check]

Every model's own file holds one `TreeEnsembleRegressor` with a target for each of its inputs. Here
their trees are put behind each other over the union of their inputs; every target still adds up
the same trees in the same order, so that a contribution is the same float in both. The stage's
graph gives contributions only: intercepts and probabilities are exact arithmetic outside.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import onnx
from onnx import TensorProto, helper

from layers.models.training.export_onnx import IR_VERSION, ML_OPSET, OPSET, PRODUCER
from risk.domain.models.catalogue import EVERY

ARTEFACTS: Final = Path(__file__).resolve().parents[1] / "artefacts"
STAGES: Final = "stages"
SCHEMA: Final = "model-stage/1"
TREES: Final = "TreeEnsembleRegressor"
NODE_PARTS: Final = (
    "nodeids",
    "values",
    "modes",
    "truenodeids",
    "falsenodeids",
    "hitrates",
    "missing_value_tracks_true",
)


class CannotMerge(ValueError):
    """A model's graph is not one operator with a target for each input."""


@dataclass(frozen=True, slots=True)
class Member:
    """One model: its card and its trees."""

    card: dict[str, Any]
    trees: dict[str, Any]

    @property
    def inputs(self) -> list[str]:
        """What it reads, in its own order."""
        return [one.get("indicator") or one["name"] for one in self.card["inputs"]]


def main() -> int:
    """Write the graph and the manifest of each stage, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ARTEFACTS)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    arguments = parser.parse_args()
    stale = []
    for stage in sorted({one.stage for one in EVERY if one.is_onnx}):
        body, manifest = merged_stage(arguments.folder, stage)
        for path, wanted in (
            (arguments.folder / STAGES / f"{stage}.onnx", body),
            (arguments.folder / STAGES / f"{stage}.json", manifest),
        ):
            if arguments.check:
                stale += [path.name] if not path.is_file() or path.read_bytes() != wanted else []
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(wanted)
    for name in stale:
        sys.stdout.write(f"{name} is stale: run python -m layers.models.training.merge_stage\n")
    return 1 if stale else 0


def merged_stage(folder: Path, stage: str) -> tuple[bytes, bytes]:
    """The graph of a stage and its manifest, both as bytes; the same models, the same bytes."""
    entries = [one for one in EVERY if one.is_onnx and one.stage == stage]
    members = [_member(folder / one.id) for one in entries]
    inputs = list(dict.fromkeys(name for one in members for name in one.inputs))
    body = _graph(stage, members, inputs)
    manifest = {
        "schema": SCHEMA,
        "stage": stage,
        "sha256": hashlib.sha256(body).hexdigest(),
        "inputs": inputs,
        "members": [
            {name: one.card[name] for name in ("id", "version", "sha256")} for one in members
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return body, text.encode()


def _member(folder: Path) -> Member:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    graph = onnx.load_from_string((folder / card["artefact"]).read_bytes()).graph
    found = [node for node in graph.node if node.op_type == TREES]
    if len(found) != 1 or "contributions" not in found[0].output:
        raise CannotMerge(f"{card['id']}: must be one {TREES} that gives the contributions")
    trees = {one.name: helper.get_attribute_value(one) for one in found[0].attribute}
    if trees["n_targets"] != len(card["inputs"]):
        raise CannotMerge(f"{card['id']}: must have a target for each input")
    return Member(card, trees)


def _graph(stage: str, members: Sequence[Member], inputs: list[str]) -> bytes:
    nodes: dict[str, list[Any]] = {name: [] for name in ("treeids", "featureids", *NODE_PARTS)}
    targets: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    tree, target = 0, 0
    for one in members:
        places = [inputs.index(name) for name in one.inputs]
        own = one.trees
        numbers = {old: tree + at for at, old in enumerate(dict.fromkeys(own["nodes_treeids"]))}
        nodes["treeids"] += [numbers[old] for old in own["nodes_treeids"]]
        nodes["featureids"] += [places[old] for old in own["nodes_featureids"]]
        for name in NODE_PARTS:
            nodes[name] += _filled(own, name)
        targets["treeids"] += [numbers[old] for old in own["target_treeids"]]
        targets["nodeids"] += own["target_nodeids"]
        targets["ids"] += [target + old for old in own["target_ids"]]
        targets["weights"] += own["target_weights"]
        tree, target = tree + len(numbers), target + len(places)
    node = helper.make_node(
        TREES,
        ["indicators"],
        ["contributions"],
        domain="ai.onnx.ml",
        n_targets=target,
        aggregate_function="SUM",
        post_transform="NONE",
        **{f"nodes_{name}": values for name, values in nodes.items()},
        **{f"target_{name}": values for name, values in targets.items()},
    )
    graph = helper.make_graph(
        [node],
        stage,
        [helper.make_tensor_value_info("indicators", TensorProto.FLOAT, ["N", len(inputs)])],
        [helper.make_tensor_value_info("contributions", TensorProto.FLOAT, ["N", target])],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name=PRODUCER)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _filled(trees: dict[str, Any], name: str) -> list[Any]:
    """An attribute of every node; hit rates and missing tracks may be left out."""
    values = list(trees.get(f"nodes_{name}", ()))
    return values or [1.0 if name == "hitrates" else 0] * len(trees["nodes_nodeids"])


if __name__ == "__main__":
    sys.exit(main())
