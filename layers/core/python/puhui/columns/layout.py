"""Where each field of a document lies in its columns; the columns carry this along.

Each field is one array; arrays of one type lie one after the other in one block, in the order
of table names and of fields in the definition. A nullable field is followed by its null mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from puhui.fact_schemas import PRODUCTS, Field
from puhui.fact_schemas.model import Kind

Block = Literal["i8", "i4", "u1"]
BLOCK_OF: Final[Mapping[Kind, Block]] = {
    "int": "i8",
    "fen": "i8",
    "decimal": "i8",
    "text": "i4",
    "date": "i4",
    "month": "i4",
    "flag": "u1",
    "code": "u1",
}
"""Amounts in 分, decimals in millionths; days since 1970-01-01, months since 1970-01; codes."""
CODEC: Final = 2
"""Since 2 the header names the document that the columns were made from."""
SNAPSHOT: Final = "snapshot"
NO_TEXT: Final = -1
NO_CODE: Final = 255


@dataclass(frozen=True, slots=True)
class Column:
    """One field as the columns know it."""

    name: str
    kind: Kind
    nullable: bool
    legend: tuple[str, ...] = ()
    """The codes by their number."""

    @classmethod
    def of(cls, name: str, field: Field) -> Column:
        """The column of a field."""
        return cls(name, field.kind, field.nullable, tuple(field.codes))


@cache
def layout_of(product: str) -> Mapping[str, tuple[Column, ...]]:
    """The columns of each table by table name, the snapshot among them."""
    found = PRODUCTS[product]
    described = {name: table.fields for name, table in found.tables.items()}
    if found.snapshot:
        described[SNAPSHOT] = found.snapshot
    return {
        name: tuple(Column.of(key, field) for key, field in described[name].items())
        for name in sorted(described)
    }
