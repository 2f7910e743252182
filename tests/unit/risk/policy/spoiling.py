"""How a good policy is made bad: one change to a copy of the draft."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, Final

from tests.support.risk_policies import DRAFT

Document = dict[str, Any]
Spoil = Callable[[Document], object]
GOOD: Final[Document] = json.loads(DRAFT.read_text(encoding="utf-8"))
LONG: Final = '"' + "长" * 161 + '"'


def spoiled(spoil: Spoil) -> bytes:
    """The draft after one change."""
    document = copy.deepcopy(GOOD)
    spoil(document)
    return json.dumps(document, ensure_ascii=False).encode()


def row(document: Document, table: str, row_id: str) -> dict[str, Any]:
    """One row of a table."""
    found = (one for one in document["tables"][table]["rules"] if one["_id"] == row_id)
    return next(found)  # type: ignore[no-any-return]


def column(document: Document, table: str, field: str) -> dict[str, Any]:
    """One input column of a table."""
    found = (one for one in document["tables"][table]["inputs"] if one["field"] == field)
    return next(found)  # type: ignore[no-any-return]


def node(document: Document, node_id: str) -> dict[str, Any]:
    """One node, wherever it is."""
    flows = [document["flow"], *document["subflows"].values()]
    found = (one for flow in flows for one in flow["nodes"] if one["id"] == node_id)
    return next(found)  # type: ignore[no-any-return]


def cell(table: str, row_id: str, key: str, text: Any) -> Spoil:
    """Write one cell."""
    return lambda document: row(document, table, row_id).update({key: text})


def at(node_id: str, **changes: Any) -> Spoil:
    """Change a node."""
    return lambda document: node(document, node_id).update(changes)


def without(node_id: str, key: str) -> Spoil:
    """Take a field from a node."""
    return lambda document: node(document, node_id).pop(key)


def band(characteristic: int, place: int, text: str) -> Spoil:
    """Write one band of the scorecard."""

    def spoil(document: Document) -> None:
        bands = node(document, "quality_points")["characteristics"][characteristic]["bands"]
        bands[place]["cell"] = text

    return spoil


def unit(table: str, field: str, name: str | None) -> Spoil:
    """State another unit for a column."""

    def spoil(document: Document) -> None:
        column(document, table, field)["unit"] = name

    return spoil


def twice_the_row(document: Document) -> None:
    copied = dict(row(document, "operation", "red_rate"), _id="red_rate_again", code='"RED_AGAIN"')
    document["tables"]["operation"]["rules"].append(copied)


def a_row_with_a_known_code(document: Document) -> None:
    row(document, "operation", "red_rate")["code"] = '"VOID_RATE"'


def a_new_node(document: Document, **fields: Any) -> None:
    document["flow"]["nodes"].append(fields)


def node_of_two_flows(document: Document) -> None:
    document["subflows"]["caps_tree"]["start"] = "matrix"
    node(document, "tree")["id"] = "matrix"


def sub_flows_in_a_circle(document: Document) -> None:
    for one, other in (("caps_matrix", "caps_tree"), ("caps_tree", "caps_matrix")):
        flow = document["subflows"][one]
        flow["nodes"][0]["next"] = f"again_{other}"
        again = {"id": f"again_{other}", "kind": "subflow", "name": "再次", "next": None}
        flow["nodes"].append(again | {"flow": other, "version": "1"})


def arms(*weights: int, version: str = "1") -> Spoil:
    """Change the weights of champion and challenger."""

    def spoil(document: Document) -> None:
        for arm, weight in zip(node(document, "caps")["arms"], weights, strict=True):
            arm.update(weight_bp=weight, version=version)

    return spoil


def both(one: Spoil, other: Spoil) -> Spoil:
    """Two changes that make one defect."""
    return lambda document: (one(document), other(document))


def too_many_columns(document: Document) -> None:
    table = document["tables"]["grade"]
    for place, name in enumerate(("sum", "avg_m", "max_m", "cv") * 2):
        window = "l3m" if place < 4 else "l6m"
        units = "ratio" if name == "cv" else "yuan"
        field = f"ent.inv.out_valid_amt.all.{window}.{name}"
        table["inputs"].append({"id": f"w{place}", "name": name, "field": field, "unit": units})
        table["rules"][0][f"w{place}"] = "[1..2)"


def tree_when(place: int, text: str) -> Spoil:
    """Write one branch of the tree."""

    def spoil(document: Document) -> None:
        node(document, "tree")["tree"]["branches"][place]["when"] = text

    return spoil


def matrix_cell(value: Any, line: int = 0, place: int = 0) -> Spoil:
    """Write one crossing of the cross table."""

    def spoil(document: Document) -> None:
        node(document, "matrix")["cells"][line][place] = value

    return spoil


def matrix_band(axis: str, place: int, text: str) -> Spoil:
    """Write one band of the cross table."""

    def spoil(document: Document) -> None:
        node(document, "matrix")[axis]["bands"][place] = text

    return spoil


def top(**changes: Any) -> Spoil:
    """Change the policy itself."""
    return lambda document: document.update(changes)
