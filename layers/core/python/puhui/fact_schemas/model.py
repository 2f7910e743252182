"""How a fact product (数据产品) is described: tables of flat rows, and what each field may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["text", "int", "fen", "decimal", "flag", "date", "month", "code"]
"""`decimal` is a text of at most 12 digits before and 6 after the point, so never a float."""
KIND_NAMES: Final[Mapping[Kind, str]] = {
    "text": "文本",
    "int": "整数",
    "fen": "金额（分）",
    "decimal": "小数（文本）",
    "flag": "是否",
    "date": "日期",
    "month": "月份",
    "code": "代码",
}
LEVEL_NAMES: Final[Mapping[int, str]] = {
    1: "1 级（公开）",
    2: "2 级（内部）",
    3: "3 级（敏感）",
    4: "4 级（高敏感）",
    5: "5 级（核心）",
}
"""Sensitivity levels of JR/T 0197-2020; the level of each field is for the bank to confirm."""

MEBIBYTE: Final = 1024 * 1024
MAX_COUNT: Final = 10**12
"""Largest plain number: a count, a number of days, a stock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a row: what it holds, what it is called, how sensitive it is."""

    kind: Kind
    title: str
    level: int
    nullable: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    """Codes with their Chinese names; fields of kind `code` only."""
    max_length: int = 64
    minimum: int = 0
    maximum: int = MAX_COUNT
    """Bounds of kinds `int` and `fen`."""
    in_period: bool = False
    """A date or month that must lie in the document's period."""
    identifying: bool = False
    """Names or locates a person, a firm or an account; masks start with these."""

    @property
    def maskable(self) -> bool:
        """Null, or a text that becomes `****`; a mask on anything else is refused."""
        return self.nullable or self.kind == "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Flat rows of one kind."""

    title: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One fact product: its tables and, where it has one, the snapshot (快照) of a single day."""

    code: str
    title: str
    subject: str
    """Whom a document is about, in words."""
    tables: Mapping[str, Table]
    snapshot: Mapping[str, Field] = field(default_factory=dict)
    schema_may_be_left_out: bool = False
    """The first documents of a bank came without `schema`; true of invoice/1 alone."""
    max_rows: int = 20_000
    max_bytes: int = 8 * MEBIBYTE

    @property
    def slug(self) -> str:
        """The code as a file name: `tax-1`."""
        return self.code.replace("/", "-")

    def find(self, path: str) -> Field | None:
        """The field at `table.field` or `snapshot.field`; None when there is none.

        >>> Product(code="x/1", title="", subject="", tables={}).find("rows.amount_fen")
        """
        table, _, name = path.partition(".")
        if table == "snapshot":
            return self.snapshot.get(name)
        found = self.tables.get(table)
        return None if found is None else found.fields.get(name)

    def paths(self) -> dict[str, Field]:
        """Every field by its path, tables first."""
        found = {
            f"{name}.{key}": value
            for name, table in self.tables.items()
            for key, value in table.fields.items()
        }
        return found | {f"snapshot.{key}": value for key, value in self.snapshot.items()}
