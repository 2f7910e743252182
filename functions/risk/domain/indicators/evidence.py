"""The rows behind a value: what lies in the window, what holds, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np

from puhui.columns import FactColumns
from puhui.fact_schemas import PRODUCTS
from puhui.fact_schemas.model import Kind
from risk.domain.facts import Fact
from risk.domain.indicators.definition import SNAPSHOT, Definition, Where
from risk.domain.indicators.moment import BEGIN, edges_of, moment_of
from risk.domain.indicators.months import EPOCH, AsOf
from risk.domain.indicators.table import Table, put_in_place, snapshot_of

MONTHS_OF_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row of a document that counts for a value, or might."""

    part: str
    """`window`, `earlier` (what growth is measured against), `base` (a denominator) or
    `snapshot`."""
    number: int
    """The row's place in its table, from 0."""
    known: bool
    """False when it is not known whether it counts: such a row makes the value missing."""
    fields: Mapping[str, Any]
    """The row as the document has it."""


def rows_behind(
    definition: Definition, facts: Mapping[str, Fact], as_of: AsOf
) -> Iterator[EvidenceRow]:
    """Every row that counts; nothing for a derived indicator, whose operands have theirs."""
    how = definition.calculation
    fact = facts.get(how.product)
    columns = None if fact is None else fact.columns
    if columns is None:
        return
    if how.table == SNAPSHOT:
        snapshot = snapshot_of(columns)
        if snapshot is not None:
            read = {path.partition(".")[2] for path in definition.fields}
            plain = _row(columns, SNAPSHOT, 0)
            yield EvidenceRow("snapshot", 0, True, {k: v for k, v in plain.items() if k in read})
        return
    moment = moment_of(as_of)
    table = Table(columns, how.table, how.date, moment)
    put_in_place([table], moment)
    begin, end = edges_of(definition.window)
    names = tuple(name for name in (how.value, how.by) if name)
    yield from _part("window", table, how.where, names, (begin, end))
    if how.agg == "growth":
        earlier = begin + how.offset, end + how.offset
        yield from _part("earlier", table, how.where, names, earlier)
    if how.base_where is not None:
        base = (how.base_value,) if how.base_value else ()
        # Who is new is told by everybody who came before the window.
        edges = (BEGIN, begin) if how.agg == "new_share" else (begin, end)
        yield from _part("base", table, how.base_where, base, edges)


def _part(
    part: str, table: Table, where: Where, names: tuple[str, ...], edges: tuple[int, int]
) -> Iterator[EvidenceRow]:
    first, last = table.moment.window(*edges)
    holds = (table.place > first) & (table.place <= last)
    unknown = table.unknown(where)
    bad = np.zeros(table.rows, np.bool_) if unknown is None else unknown & holds
    for condition in where:
        holds = holds & table.atom(condition)[0]
    for name in names:
        nulls = table.field(name)[1]
        if nulls is not None:
            bad = bad | (holds & nulls)
    for number in np.flatnonzero(holds | bad).tolist():
        fields = _row(table.columns, table.name, number)
        yield EvidenceRow(part, number, not bad[number], fields)


def _row(columns: FactColumns, table: str, number: int) -> dict[str, Any]:
    """One row back from the columns, as plain values."""
    found: dict[str, Any] = {}
    for name, values in columns.tables[table].items():
        nulls = columns.nulls[table].get(name)
        field = PRODUCTS[columns.product].find(f"{table}.{name}")
        if field is None or (nulls is not None and nulls[number]):
            found[name] = None
            continue
        found[name] = _plain(columns, table, name, field.kind, values[number].item())
    return found


def _plain(columns: FactColumns, table: str, name: str, kind: Kind, value: Any) -> Any:
    match kind:
        case "date":
            return (EPOCH + timedelta(days=value)).isoformat()
        case "month":
            year, month = divmod(value, MONTHS_OF_A_YEAR)
            return f"{EPOCH.year + year}-{month + 1:02d}"
        case "decimal":
            return f"{Decimal(value).scaleb(-6).normalize():f}"
        case "code":
            return columns.legends[table][name][value]
        case "text":
            return columns.text(value)
        case _:
            return value
