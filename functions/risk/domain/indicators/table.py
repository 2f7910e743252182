"""One table of a document, each row put between the edges of all windows; nothing is sorted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT, Condition, Where
from risk.domain.indicators.derived_fields import (
    DERIVED_FIELDS,
    NOT_DERIVED,
    FieldValues,
    Mask,
    plain_field,
    repeated_invoices,
)
from risk.domain.indicators.moment import BEGIN, EDGES, Moment

EPOCH_YEAR: Final = 1970
INVOICE: Final = "invoice/1"


@cache
def _date_kind(product: str, table: str, date: str) -> str:
    """Whether a row is dated by a day, a month or a year (`int`); nothing for a picture."""
    field = PRODUCTS[product].find(f"{table}.{date}")
    return "" if field is None else field.kind


class Table:
    """The rows of one table with their places, and each field when it is first asked for."""

    __slots__ = (
        "_days",
        "_entities",
        "_fields",
        "columns",
        "date",
        "derived",
        "kind",
        "moment",
        "name",
        "place",
        "rows",
    )

    def __init__(self, columns: FactColumns, name: str, date: str | None, moment: Moment) -> None:
        """Take a table whose rows `put_in_place` has still to place."""
        self.columns, self.name, self.date, self.moment = columns, name, date, moment
        self._fields: dict[str, FieldValues] = {}
        self._days: NDArray[Any] | None = None
        self._entities: dict[str, tuple[NDArray[Any], int]] = {}
        self.kind = _date_kind(columns.product, name, date or "")
        self.derived = DERIVED_FIELDS.get((columns.product, name), NOT_DERIVED)
        self.rows = len(next(iter(columns.tables[name].values())))
        self.place: NDArray[np.int64] = np.zeros(0, np.int64)

    def field(self, name: str) -> FieldValues:
        """The values of a field, and where they are null (None: nowhere)."""
        derive = self.derived.get(name)
        if derive is None:
            return plain_field(self.columns, self.name, name)
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = derive(self.columns, self.moment.day)
        return found

    def entities(self, name: str) -> tuple[NDArray[Any], int]:
        """The entities of a field of texts, numbered from 0, and how many numbers there are."""
        found = self._entities.get(name)
        if found is None:
            texts = self.field(name)[0]
            numbers = texts - texts.min() if len(texts) else texts
            found = self._entities[name] = numbers, int(numbers.max(initial=-1)) + 1
        return found

    def days(self) -> NDArray[Any]:
        """The day of each row, since 1970-01-01."""
        if self._days is None:
            self._days = self._days_of(self.columns.tables[self.name][self.date or ""])
        return self._days

    def _days_of(self, values: NDArray[Any]) -> NDArray[Any]:
        match self.kind:
            case "month":
                return values.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
            case "int":
                # A year's row is dated by its last day.
                after = (values - EPOCH_YEAR + 1).astype("datetime64[Y]").astype("datetime64[D]")
                return (after.astype(np.int64) - 1).astype(np.int32)
            case _:
                return values

    def atom(self, condition: Condition) -> tuple[Mask, Mask | None]:
        """Where one condition holds, and where that is not known."""
        values, nulls = self.field(condition.field)
        if condition.op == "open":
            holds = values > self.moment.day
            return (holds if nulls is None else holds | nulls), None
        if condition.op == "ge":
            holds = values >= condition.values[0]
        elif condition.op == "lt":
            holds = values < condition.values[0]
        else:
            numbers = [self._number(condition.field, value) for value in condition.values]
            holds = np.isin(values, numbers)
        return (holds if nulls is None else holds & ~nulls), nulls

    def unknown(self, where: Where) -> Mask | None:
        """Where it is not known whether all conditions hold; a false one decides."""
        false: Any = np.zeros(self.rows, np.bool_)
        unknown: Mask | None = None
        for condition in where:
            holds, nulls = self.atom(condition)
            if nulls is None:
                false = false | ~holds
            else:
                false = false | ~(holds | nulls)
                unknown = nulls if unknown is None else unknown | nulls
        return None if unknown is None else unknown & ~false

    def code(self, field: str, code: str) -> int:
        """The number of a code."""
        return self.legend(field).index(code)

    def legend(self, field: str) -> tuple[str, ...]:
        """The codes of a field by their number; none for a flag."""
        if field == "account_product":
            # The one derived field of codes: the product of a payment's account.
            return self.columns.legends["accounts"]["product"]
        return self.columns.legends[self.name].get(field, ())

    def _number(self, field: str, value: Any) -> Any:
        return value if isinstance(value, bool) else self.code(field, value)


def put_in_place(tables: Sequence[Table], moment: Moment) -> None:
    """Find each row's place between the edges, for all tables at once.

    A row after the moment, or an invoice that repeats another, has a place behind all windows.
    """
    by_kind: dict[str, list[Table]] = {}
    for table in tables:
        by_kind.setdefault(table.kind, []).append(table)
    for kind, found in by_kind.items():
        if not kind:
            # A picture lies in the window that holds everything.
            for table in found:
                table.place = np.full(table.rows, moment.places[BEGIN] + 1, np.int64)
            continue
        if kind == "month":
            months = np.concatenate([one.columns.tables[one.name][one.date or ""] for one in found])
            places = moment.month_places[np.clip(months, 0, len(moment.month_places) - 1)]
        else:
            days = np.concatenate([one.days() for one in found])
            places = np.searchsorted(moment.sorted_days, days, "right")
        start = 0
        for table in found:
            table.place = places[start : start + table.rows]
            start += table.rows
    for table in tables:
        if table.columns.product == INVOICE and table.rows:
            repeated = repeated_invoices(table.columns)
            if repeated is not None:
                table.place = np.where(repeated, EDGES, table.place)


def snapshot_of(columns: FactColumns) -> dict[str, Any] | None:
    """The snapshot's fields as plain values; None where the document has none."""
    table = columns.tables.get(SNAPSHOT)
    if table is None or not len(next(iter(table.values()))):
        return None
    nulls = columns.nulls[SNAPSHOT]
    found: dict[str, Any] = {}
    for name, values in table.items():
        mask = nulls.get(name)
        found[name] = None if mask is not None and mask[0] else values[0].item()
    return found
