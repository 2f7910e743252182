"""Trees, cross tables, scorecards and conditions written as JDM tables, so that all are one thing.

What decides a tree is then what decides a table: the same plan, the same proof against zen, and
the same search for gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from risk.domain.policy.fields import Fields
from risk.domain.policy.parts import COLLECT, FIRST

MAX_DEPTH: Final = 8
"""Trees are read by people."""
CELL: Final = "cell"
Body = dict[str, Any]


def jdm(
    hit: str, inputs: list[Body], outputs: list[str], rules: list[Body], *, unique: bool
) -> Body:
    """A decision table in JDM's words."""
    return {
        "hitPolicy": hit,
        "unique": unique,
        "inputs": inputs,
        "outputs": [{"id": f"o_{name}", "name": name, "field": name} for name in outputs],
        "rules": rules,
    }


def tree_table(fields: Fields, outputs: list[str]) -> Body:
    """One row per leaf: every test on the way to it is a cell."""
    walk = _Tree(outputs)
    walk.visit(fields, {}, 0)
    return jdm(FIRST, walk.columns, outputs, walk.rows, unique=True)


@dataclass(slots=True)
class _Tree:
    outputs: list[str]
    columns: list[Body] = field(default_factory=list)
    rows: list[Body] = field(default_factory=list)

    def visit(self, fields: Fields, path: Body, depth: int) -> None:
        if "give" in fields.body:
            fields.only("give")
            given = fields.object("give")
            row = {"_id": f"leaf{len(self.rows)}", **path}
            self.rows.append(row | {f"o_{name}": literal(given.get(name)) for name in given})
            return
        fields.only("input", "unit", "branches")
        if depth >= MAX_DEPTH:
            fields.findings.add("FIELD_INVALID", fields.path, f"deeper than {MAX_DEPTH}")
            return
        column = f"t{len(self.columns)}"
        self.columns.append(
            {"id": column, "field": fields.text("input"), "unit": fields.text("unit")}
        )
        for branch in fields.each("branches", ("when",)):
            branch.only("when", "then")
            cell = {column: branch.text("when")}
            self.visit(branch.inside("then"), path | cell, depth + 1)


def matrix_table(fields: Fields, output: str) -> Body:
    """One row per crossing."""
    down, across = fields.inside("rows"), fields.inside("columns")
    for axis in (down, across):
        axis.only("input", "unit", "bands")
    inputs = [
        {"id": key, "field": axis.text("input"), "unit": axis.text("unit")}
        for key, axis in (("down", down), ("across", across))
    ]
    bands_down, bands_across = down.texts("bands"), across.texts("bands")
    cells = fields.items("cells")
    rules: list[Body] = []
    for i, first in enumerate(bands_down):
        line = cells[i] if i < len(cells) and isinstance(cells[i], list) else []
        for j, second in enumerate(bands_across):
            if j >= len(line) or line[j] is None:
                place = f"{fields.path}.cells[{i}][{j}]"
                fields.findings.add("MATRIX_CELL_MISSING", place, f"{first} × {second}")
                continue
            rules.append(
                {
                    "_id": f"r{i}c{j}",
                    "down": first,
                    "across": second,
                    f"o_{output}": literal(line[j]),
                }
            )
    return jdm(FIRST, inputs, [output], rules, unique=True)


def scorecard_table(fields: Fields) -> Body:
    """One row per band; the points of all matching rows are added up."""
    inputs: list[Body] = []
    rules: list[Body] = []
    for index, one in enumerate(fields.each("characteristics", ("input",))):
        one.only("input", "unit", "bands")
        column = f"x{index}"
        inputs.append({"id": column, "field": one.text("input"), "unit": one.text("unit")})
        for place, band in enumerate(one.each("bands", (CELL,))):
            band.only(CELL, "points")
            points = str(band.integer("points"))
            row = {"_id": f"x{index}b{place}", column: band.text(CELL), "o_points": points}
            rules.append(row)
    if not inputs:
        fields.findings.add("TABLE_EMPTY", f"{fields.path}.characteristics", "no bands")
    return jdm(COLLECT, inputs, ["points"], rules, unique=False)


def condition_table(fields: Fields) -> Body:
    """One row whose cells must all hold."""
    inputs: list[Body] = []
    row: Body = {"_id": "holds"}
    for index, one in enumerate(fields.each("when", ("input",))):
        one.only("input", "unit", CELL)
        column = f"x{index}"
        inputs.append({"id": column, "field": one.text("input"), "unit": one.text("unit")})
        row[column] = one.text(CELL)
        if row[column].startswith("null"):
            place = f"{one.path}.{CELL}"
            one.findings.add("FIELD_INVALID", place, "both ways are walked when it is null")
    if not inputs:
        fields.findings.add("ROW_UNCONDITIONAL", f"{fields.path}.when", "no condition")
    return jdm(FIRST, inputs, [], [row], unique=False)


def literal(value: Any) -> str:
    """A JSON value as zen's literal; a number in a text is a decimal."""
    if value is None:
        return "null"
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return repr(value)
    if isinstance(value, int):
        return str(value)
    return value if _is_number(value) else f'"{value}"'


def _is_number(text: str) -> bool:
    body = text.removeprefix("-")
    return body.replace(".", "", 1).isdigit()
