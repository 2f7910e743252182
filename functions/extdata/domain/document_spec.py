"""How a connector's answer becomes a canonical document: tables, fields and their types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from extdata.domain.spec_reader import SpecReader

FieldKind = Literal[
    "text",
    "int",
    "fen",
    "yuan",
    "wan_yuan",
    "date",
    "month",
    "bool",
    "code",
    "decimal",
    "const",
    "asked_on",
]
FIELD_KINDS: tuple[FieldKind, ...] = (
    "text",
    "int",
    "fen",
    "yuan",
    "wan_yuan",
    "date",
    "month",
    "bool",
    "code",
    "decimal",
    "const",
    "asked_on",
)
WITH_FORMAT = ("date", "month")
WITH_MAP = ("bool", "code")
MAX_TABLES = 20
MAX_FIELDS = 60
MAX_CODES = 500
MAX_MONTHS_BACK = 120
_FORMAT = re.compile(r"(%[YmdHMS]|[-/.: T年月日])+")
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SNAPSHOT = "snapshot"
FIXED = ("source", "period_from", "period_to", "row_count", "tables", "absent", SNAPSHOT)

Nullable = Mapping[str, Mapping[str, bool]]
"""Of a product: table (or `snapshot`) → field → whether it may be null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """Where one canonical value comes from and how it is read."""

    name: str
    """Its path in the document, for error messages: `tables.returns.sales_fen`."""
    source: tuple[str, ...]
    kind: FieldKind
    format: str = ""
    mapping: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    """The value of a `const`."""
    months_back: int = 0
    """Of kind `asked_on`: so many months before the accounting day of the query."""
    optional: bool = False
    pattern: str = ""
    """An RE2 pattern that a whole text must match."""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """Where the rows of a table are and what their fields are."""

    name: str
    rows: tuple[str, ...]
    fields: Mapping[str, FieldSpec]
    optional: bool = False
    """An answer without the list has no rows; else it is unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSpec:
    """How a hit becomes the canonical document."""

    source: str
    period_from: FieldSpec
    period_to: FieldSpec
    row_count: FieldSpec | None
    """The provider's own declaration; rows are counted where it makes none."""
    tables: tuple[TableSpec, ...]
    absent: tuple[str, ...]
    """Tables that this provider does not deliver; they are empty in the document."""
    snapshot: Mapping[str, FieldSpec] | None
    path: str

    @property
    def patterns(self) -> tuple[FieldSpec, ...]:
        """Fields with a pattern, to be compiled where the library is."""
        groups = [table.fields for table in self.tables]
        groups.append(self.snapshot or {})
        return tuple(spec for group in groups for spec in group.values() if spec.pattern)

    def check_against(self, product: Nullable) -> None:
        """Tables and fields are those of the product; what may not be null is mapped."""
        reader = SpecReader({}, self.path)
        groups = {table.name: (f"tables.{table.name}", table.fields) for table in self.tables}
        if self.snapshot is not None:
            groups[SNAPSHOT] = (SNAPSHOT, self.snapshot)
        for name in product:
            if name not in groups and name not in self.absent and name != SNAPSHOT:
                raise reader.refused(
                    f"tables.{name}", "product.table_missing", "map it or list it as absent"
                )
        for name in self.absent:
            if name in groups or name not in product or name == SNAPSHOT:
                raise reader.refused("absent", "product.table", "tables of the product, not mapped")
        for name, (where, fields) in groups.items():
            self._check_fields(reader, product.get(name), name, where, fields)

    def _check_fields(
        self,
        reader: SpecReader,
        known: Mapping[str, bool] | None,
        name: str,
        where: str,
        fields: Mapping[str, FieldSpec],
    ) -> None:
        if known is None:
            raise reader.refused(where, "product.table", "the product has no such table")
        place = where if name == SNAPSHOT else f"{where}.fields"
        for key, spec in fields.items():
            if key not in known:
                raise reader.refused(f"{place}.{key}", "product.field", "no such field")
            if spec.optional and not known[key]:
                raise reader.refused(
                    f"{place}.{key}.optional", "product.required", "this may not be null"
                )
        for key, nullable in known.items():
            if not nullable and key not in fields:
                raise reader.refused(
                    f"{place}.{key}", "product.required", "the product needs this field"
                )


def read_document(reader: SpecReader) -> DocumentSpec:
    """Read `document`."""
    reader.only(*FIXED)
    source = reader.text("source", most=40)
    if not _SOURCE.fullmatch(source):
        raise reader.refused("source", "spec.source", "lower-case letters, digits and -")
    tables = _tables(reader.child("tables")) if reader.has("tables") else ()
    snapshot = None
    if reader.has(SNAPSHOT):
        snapshot = _fields(reader.child(SNAPSHOT), SNAPSHOT)
    if not tables and snapshot is None:
        raise reader.refused("tables", "spec.missing", "tables, a snapshot, or both")
    row_count = _field(reader.child("row_count"), "row_count") if reader.has("row_count") else None
    if row_count is not None and row_count.kind != "int":
        raise reader.refused("row_count.type", "spec.choice", "a declared count is an int")
    return DocumentSpec(
        source=source,
        period_from=_day(reader, "period_from"),
        period_to=_day(reader, "period_to"),
        row_count=row_count,
        tables=tables,
        absent=reader.texts("absent", most=MAX_TABLES, optional=True),
        snapshot=snapshot,
        path=reader.path,
    )


def _day(reader: SpecReader, key: str) -> FieldSpec:
    spec = _field(reader.child(key), key)
    if spec.kind not in ("date", "asked_on") or spec.optional:
        raise reader.refused(f"{key}.type", "spec.choice", "a period is a date or asked_on")
    return spec


def _tables(reader: SpecReader) -> tuple[TableSpec, ...]:
    if len(reader.names()) > MAX_TABLES:
        raise reader.refused("", "spec.too_many", f"at most {MAX_TABLES} tables")
    return tuple(_table(reader.child(name), name) for name in reader.names())


def _table(reader: SpecReader, name: str) -> TableSpec:
    reader.only("rows", "fields", "optional")
    return TableSpec(
        name=name,
        rows=reader.dotted("rows"),
        fields=_fields(reader.child("fields"), f"tables.{name}"),
        optional=reader.flag("optional"),
    )


def _fields(reader: SpecReader, name: str) -> Mapping[str, FieldSpec]:
    keys = reader.names()
    if not 0 < len(keys) <= MAX_FIELDS:
        raise reader.refused("", "spec.too_many", f"1 to {MAX_FIELDS} fields")
    return {key: _field(reader.child(key), f"{name}.{key}") for key in keys}


def _field(reader: SpecReader, name: str) -> FieldSpec:
    kind = reader.choice("type", FIELD_KINDS)
    if kind == "const":
        reader.only("type", "value")
        return FieldSpec(name=name, source=(), kind=kind, value=_const(reader), path=reader.path)
    if kind == "asked_on":
        reader.only("type", "months_back")
        back = reader.integer("months_back", 0, MAX_MONTHS_BACK, 0)
        return FieldSpec(name=name, source=(), kind=kind, months_back=back, path=reader.path)
    extra = ("format",) if kind in WITH_FORMAT else ("map",) if kind in WITH_MAP else ()
    reader.only("from", "type", "optional", *extra, *(("pattern",) if kind == "text" else ()))
    return FieldSpec(
        name=name,
        source=reader.dotted("from"),
        kind=kind,
        format=_format(reader, kind) if kind in WITH_FORMAT else "",
        mapping=_map(reader, kind) if kind in WITH_MAP else {},
        optional=reader.flag("optional"),
        pattern=reader.optional_text("pattern") or "" if kind == "text" else "",
        path=reader.path,
    )


def _const(reader: SpecReader) -> str | int | bool | None:
    value = reader.raw("value")
    if value is None or isinstance(value, (str, int, bool)):
        return value
    raise reader.refused("value", "spec.const", "a text, a whole number, true, false or null")


def _format(reader: SpecReader, kind: FieldKind) -> str:
    text = reader.text("format", most=40)
    needed = ("%Y", "%m", "%d") if kind == "date" else ("%Y", "%m")
    if not _FORMAT.fullmatch(text) or any(text.count(part) != 1 for part in needed):
        raise reader.refused("format", "spec.format", "a format such as %Y%m%d")
    return text


def _map(reader: SpecReader, kind: FieldKind) -> Mapping[str, Any]:
    """From the provider's words to ours; a bool without a map reads JSON's true and false."""
    if kind == "bool" and not reader.has("map"):
        return {}
    inner = reader.child("map")
    keys = inner.names()
    if not 0 < len(keys) <= MAX_CODES:
        raise inner.refused("", "spec.too_many", f"1 to {MAX_CODES} codes")
    for key in keys:
        value = inner.raw(key)
        fits = isinstance(value, bool) if kind == "bool" else isinstance(value, str)
        if not isinstance(key, str) or not fits:
            raise reader.refused("map", "spec.map", "texts to texts, or to true and false")
    return {key: inner.raw(key) for key in keys}
