"""What tables are made of, and the rules and conditions that their rows mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from puhui.contracts.risk import Verdict
from risk.domain.inputs import InputDefinition
from risk.domain.policy.cells import Cell

SEVERITY: Final[Mapping[Verdict, int]] = {"approve": 0, "refer": 1, "decline": 2}
FIRST: Final = "first"
COLLECT: Final = "collect"
Constant = int | Decimal | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One input of a table."""

    id: str
    definition: InputDefinition

    @property
    def name(self) -> str:
        """The input that the column looks at."""
        return self.definition.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: a cell per column, None where it matches everything, and what the row gives."""

    id: str
    cells: tuple[Cell | None, ...]
    outputs: Mapping[str, Constant]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A table in the words of JDM, with what is needed to compile it."""

    id: str
    hit: str
    unique: bool
    columns: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    operands: Mapping[str, InputDefinition]
    """Inputs that cells compare with."""
    content: Mapping[str, Any]
    """The JDM decision table that zen evaluates."""
    compiled: bool

    @property
    def inputs(self) -> frozenset[str]:
        """Every input that some cell reads."""
        return frozenset(one.name for one in self.columns) | frozenset(self.operands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it means when it fires, and how that is said to staff and to the customer."""

    code: str
    stage: str
    effect: Verdict
    text: str
    customer_text: str
    source: str
    confidence: str
    reads: tuple[InputDefinition, ...]
    """The inputs of its cells, in the table's order."""
    compared: tuple[InputDefinition, ...] = ()
    """The inputs that its cells compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition under which an approval stands: a cap of the limit, of the term, or a duty."""

    code: str
    text: str
    customer_text: str
    limit_cap_fen: int | None
    term_cap_months: int | None
    source: str
    confidence: str


def rule_compares(table: Table, row: Row) -> tuple[InputDefinition, ...]:
    """The definitions of the inputs that a row's cells compare with."""
    names = (one.name for cell in row.cells if cell is not None for one in cell.against)
    return tuple(table.operands[name] for name in dict.fromkeys(names))


def rule_reads(columns: tuple[Column, ...], row: Row) -> tuple[InputDefinition, ...]:
    """The definitions of the inputs that a row's cells look at."""
    return tuple(
        column.definition
        for column, cell in zip(columns, row.cells, strict=True)
        if cell is not None
    )
