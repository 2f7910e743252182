"""One table of a document up to the moment, oldest row first, cut at the edges of all windows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT, Condition, Where
from risk.domain.indicators.derived_fields import (
    DERIVED_FIELDS,
    Array,
    FieldValues,
    Mask,
    plain_field,
    repeated_invoices,
)
from risk.domain.indicators.moment import BEGIN, Moment

EPOCH_YEAR = 1970


class Table:
    """The rows that are known at a moment, and each field of them when it is first asked for."""

    def __init__(self, columns: FactColumns, name: str, date: str | None, moment: Moment) -> None:
        """Sort the rows by their date once; a row after the moment is left out."""
        self.columns, self.name, self.moment = columns, name, moment
        self._fields: dict[str, FieldValues] = {}
        self._atoms: dict[Condition, tuple[Mask, Mask | None]] = {}
        self.order: NDArray[np.int64] | None = None
        self.day: NDArray[np.int32] | None = None
        if date is None:
            self.rows = self._length()
            self.edges = np.where(np.arange(len(moment.edge_days)) == BEGIN, 0, self.rows)
            return
        day = self._days(date)
        order = np.argsort(day, kind="stable")
        if columns.product == "invoice/1":
            repeated = repeated_invoices(columns)
            order = order if repeated is None else order[~repeated[order]]
        ranked = day[order]
        self.edges = np.searchsorted(ranked, moment.edge_days)
        self.rows = int(self.edges[-1])
        self.order, self.day = order[: self.rows], ranked[: self.rows]

    def field(self, name: str) -> FieldValues:
        """The values of a field and where they are null, in the order of the table."""
        found = self._fields.get(name)
        if found is None:
            derive = DERIVED_FIELDS.get((self.columns.product, self.name, name))
            if derive is None:
                values, nulls = plain_field(self.columns, self.name, name)
            else:
                values, nulls = derive(self.columns, self.moment.day)
            if self.order is not None:
                values = values[self.order]
                nulls = None if nulls is None else nulls[self.order]
                if nulls is not None and not nulls.any():
                    nulls = None
            found = self._fields[name] = (values, nulls)
        return found

    def atom(self, condition: Condition) -> tuple[Mask, Mask | None]:
        """Where one condition holds, and where that is not known."""
        found = self._atoms.get(condition)
        if found is None:
            values, nulls = self.field(condition.field)
            if condition.op == "open":
                holds = values > self.moment.day
                found = (holds if nulls is None else holds | nulls), None
            else:
                holds = self._compare(condition, values)
                found = (holds if nulls is None else holds & ~nulls), nulls
            self._atoms[condition] = found
        return found

    def mask(self, where: Where) -> tuple[Mask, Mask | None]:
        """Where all conditions hold, and where that is not known (a false one decides)."""
        holds, unknown = np.ones(self.rows, np.bool_), None
        false = np.zeros(self.rows, np.bool_)
        for condition in where:
            mine, nulls = self.atom(condition)
            holds = holds & mine
            if nulls is None:
                false = false | ~mine
            else:
                false = false | ~(mine | nulls)
                unknown = nulls if unknown is None else unknown | nulls
        if unknown is not None:
            unknown = unknown & ~false
            unknown = unknown if unknown.any() else None
        return holds, unknown

    def code_numbers(self, field: str) -> dict[str, int]:
        """The number of each code of a field."""
        legend = self.columns.legends[self.legend_table(field)][field]
        return {code: number for number, code in enumerate(legend)}

    def legend_table(self, field: str) -> str:
        """The table whose legend tells a field's codes."""
        return self.name

    @cached_property
    def texts(self) -> int:
        """One more than the largest number of a text."""
        return len(self.columns.text_ends)

    def _compare(self, condition: Condition, values: Array) -> Mask:
        if condition.op == "ge":
            return np.asarray(values >= condition.values[0])
        if condition.op == "lt":
            return np.asarray(values < condition.values[0])
        wanted = self._numbers(condition)
        holds = values == wanted[0]
        for number in wanted[1:]:
            holds = holds | (values == number)
        return holds

    def _numbers(self, condition: Condition) -> list[Any]:
        if isinstance(condition.values[0], bool):
            return list(condition.values)
        legends = self.columns.legends[self.name]
        legend = legends.get(condition.field)
        if legend is None:
            # The one derived field of codes: the product of a payment's account.
            legend = self.columns.legends["accounts"]["product"]
        return [legend.index(code) for code in condition.values]

    def _length(self) -> int:
        fields = self.columns.tables[self.name]
        return len(next(iter(fields.values())))

    def _days(self, date: str) -> NDArray[np.int32]:
        values = self.columns.tables[self.name][date]
        field = PRODUCTS[self.columns.product].find(f"{self.name}.{date}")
        kind = "" if field is None else field.kind
        if kind == "month":
            return values.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
        if kind == "int":
            # A year's row is dated by its last day.
            after = (values - EPOCH_YEAR + 1).astype("datetime64[Y]").astype("datetime64[D]")
            return (after.astype(np.int64) - 1).astype(np.int32)
        return values


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
