"""Canonical documents from parsed answers, by a field map that is compiled once for a connector.

A table is read column by column: one function per field runs over all rows, so that what is wrong
has its field's name and the usual spellings are read at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from extdata.adapters.field_columns import ReadColumn, column_reader
from extdata.adapters.field_types import NotOfType
from extdata.domain.document_spec import DocumentSpec, FieldSpec, TableSpec
from extdata.domain.errors import ProviderAnswerUnreadable

MAX_ROWS = 200_000
"""Rows of one table of one answer; every product's schema allows fewer."""
_ABSENT = (None, "")
_MONTHS = 12


@dataclass(frozen=True)
class _Column:
    """One field, compiled."""

    spec: FieldSpec
    read: ReadColumn


@dataclass(frozen=True)
class _Table:
    spec: TableSpec
    columns: tuple[_Column, ...]


class FieldMap:
    """Makes the document of one or more pages; the first page's head speaks for all."""

    def __init__(self, spec: DocumentSpec, *, lists_may_be_absent: bool) -> None:
        """Compile; formats that cannot write an empty list leave it out."""
        self._spec = spec
        self._lenient = lists_may_be_absent
        self._tables = tuple(
            _Table(table, tuple(_compiled(field) for field in table.fields.values()))
            for table in spec.tables
        )
        self._snapshot = {name: _compiled(f) for name, f in (spec.snapshot or {}).items()}
        self._period_from = _compiled(spec.period_from)
        self._period_to = _compiled(spec.period_to)
        self._row_count = _compiled(spec.row_count) if spec.row_count else None

    def document(self, schema: str, pages: Sequence[Any], asked_on: date) -> dict[str, Any]:
        """The canonical document, or ProviderAnswerUnreadable (rule `provider.mapping`)."""
        head = pages[0]
        tables: dict[str, list[dict[str, Any]]] = {name: [] for name in self._spec.absent}
        for table in self._tables:
            rows = [row for page in pages for row in self._rows(table, page)]
            tables[table.spec.name] = _read_rows(table, rows)
        return {
            "schema": schema,
            "source": self._spec.source,
            "period_from": _one(self._period_from, head, asked_on),
            "period_to": _one(self._period_to, head, asked_on),
            "row_count": self._count(head, sum(map(len, tables.values())), asked_on),
            **tables,
            **self._snapshot_of(head, asked_on),
        }

    def _snapshot_of(self, head: Any, asked_on: date) -> dict[str, Any]:
        if self._spec.snapshot is None:
            return {}
        values = {name: _one(column, head, asked_on) for name, column in self._snapshot.items()}
        return {"snapshot": values}

    def _count(self, head: Any, counted: int, asked_on: date) -> int:
        """What the provider declares must be there: a cut list is not a short one."""
        if self._row_count is None:
            return counted
        declared = _one(self._row_count, head, asked_on)
        if declared is not None and declared != counted:
            raise unreadable("row_count", "provider.rows")
        return counted

    def _rows(self, table: _Table, page: Any) -> list[dict[str, Any]]:
        found = dig(page, table.spec.rows)
        if found in _ABSENT:
            if self._lenient or table.spec.optional:
                return []
            raise unreadable(f"tables.{table.spec.name}")
        rows = [found] if isinstance(found, dict) and self._lenient else found
        if not isinstance(rows, list) or len(rows) > MAX_ROWS:
            raise unreadable(f"tables.{table.spec.name}")
        return rows


def dig(value: Any, path: Sequence[str]) -> Any:
    """Follow names through mappings; what is not there is None."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def unreadable(field: str, rule: str = "provider.mapping") -> ProviderAnswerUnreadable:
    """The refusal of one field; the value is never quoted."""
    return ProviderAnswerUnreadable(
        f"the answer has nothing readable for {field}", field=field, rule=rule
    )


def _compiled(spec: FieldSpec) -> _Column:
    return _Column(spec=spec, read=column_reader(spec))


def _read_rows(table: _Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not all(type(row) is dict for row in rows):
        raise unreadable(f"tables.{table.spec.name}")
    names = tuple(table.spec.fields)
    columns = [_read_column(column, rows) for column in table.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _read_column(column: _Column, rows: list[dict[str, Any]]) -> list[Any]:
    spec = column.spec
    if spec.kind == "const":
        return [spec.value] * len(rows)
    values = _picked(spec.source, rows)
    try:
        if not spec.optional or not any(absent in values for absent in _ABSENT):
            return column.read(values)
        known = iter(column.read([value for value in values if value not in _ABSENT]))
        return [None if value in _ABSENT else next(known) for value in values]
    except (NotOfType, TypeError):
        # TypeError: a list or mapping where a plain value belongs cannot be looked up. The cause
        # is left out, because it may quote the value.
        raise unreadable(spec.name) from None


def _picked(source: tuple[str, ...], rows: list[dict[str, Any]]) -> list[Any]:
    if len(source) == 1:
        name = source[0]
        return [row.get(name) for row in rows]
    return [dig(row, source) for row in rows]


def _one(column: _Column, head: Any, asked_on: date) -> Any:
    if column.spec.kind == "asked_on":
        return _months_before(asked_on, column.spec.months_back).isoformat()
    if column.spec.kind == "const":
        return column.spec.value
    return _read_column(column, [head] if isinstance(head, dict) else [{}])[0]


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last where it is shorter.

    >>> _months_before(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    total = day.year * _MONTHS + day.month - 1 - months
    year, month = divmod(total, _MONTHS)
    next_month = date(year + (month == _MONTHS - 1), (month + 1) % _MONTHS + 1, 1)
    last = (next_month - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))
