"""Reads the bitmap of a recorded node back: what each cell said, also of rows that did not match.

The bits stand in reading order: row by row, within a row by column, empty cells left out; the last
byte is filled up with zeros. The policy that a record pins by its hash names the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from risk.domain.errors import PolicyNotValid
from risk.domain.policy.kinds import TableNode
from risk.domain.policy.model import Policy
from risk.domain.policy.parts import Table

BITS_PER_DIGIT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTrace:
    """One cell as it was evaluated."""

    row: str
    input: str
    cell: str
    holds: bool | None
    """None when it compares something that was not known."""


def trace_of(policy: Policy, entry: Mapping[str, Any]) -> tuple[CellTrace, ...]:
    """What every cell of a recorded node said."""
    table = _table(policy, str(entry["id"]))
    cells = [
        (row.id, column.name, cell.text)
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell is not None
    ]
    true, unknown = (_bits(str(entry[key]), len(cells)) for key in ("true", "unknown"))
    return tuple(
        CellTrace(row=row, input=name, cell=text, holds=None if lost else held)
        for (row, name, text), held, lost in zip(cells, true, unknown, strict=True)
    )


def _table(policy: Policy, node_id: str) -> Table:
    for node in policy.nodes:
        if node.id == node_id and isinstance(node, TableNode):
            return node.table
    raise PolicyNotValid(f"{policy.id} {policy.version} has no table at node {node_id}")


def _bits(digits: str, count: int) -> list[bool]:
    size = len(digits) * BITS_PER_DIGIT
    number = int(digits or "0", 16)
    return [bool(number >> (size - 1 - place) & 1) for place in range(count)]
