"""One table of a document, each row put between the edges of all windows; nothing is sorted."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from puhui.columns import FactColumns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT, Condition, Where
from risk.domain.indicators.derived_fields import (
    DERIVED_FIELDS,
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

    __slots__ = ("_days", "_fields", "_kind", "columns", "date", "moment", "name", "place", "rows")

    def __init__(self, columns: FactColumns, name: str, date: str | None, moment: Moment) -> None:
        """Find each row's place; one after the moment, or a repeated invoice, has none."""
        self.columns, self.name, self.date, self.moment = columns, name, date, moment
        self._fields: dict[str, FieldValues] = {}
        self._days: NDArray[Any] | None = None
        self._kind = _date_kind(columns.product, name, date or "")
        self.rows = len(next(iter(columns.tables[name].values())))
        self.place = self._places(date)
        if columns.product == INVOICE and self.rows:
            repeated = repeated_invoices(columns)
            if repeated is not None:
                self.place = np.where(repeated, EDGES, self.place)

    def field(self, name: str) -> FieldValues:
        """The values of a field, and where they are null (None: nowhere)."""
        found = self._fields.get(name)
        if found is None:
            derive = DERIVED_FIELDS.get((self.columns.product, self.name, name))
            if derive is None:
                found = plain_field(self.columns, self.name, name)
            else:
                found = derive(self.columns, self.moment.day)
            self._fields[name] = found
        return found

    def days(self) -> NDArray[Any]:
        """The day of each row, since 1970-01-01."""
        if self._days is None:
            self._days = self._days_of(self.columns.tables[self.name][self.date or ""])
        return self._days

    def _days_of(self, values: NDArray[Any]) -> NDArray[Any]:
        match self._kind:
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

    @property
    def texts(self) -> int:
        """One more than the largest number of a text."""
        return len(self.columns.text_ends)

    def _number(self, field: str, value: Any) -> Any:
        return value if isinstance(value, bool) else self.code(field, value)

    def _places(self, date: str | None) -> NDArray[np.int64]:
        moment = self.moment
        if date is None:
            # A picture lies in the window that holds everything.
            return np.full(self.rows, moment.places[BEGIN] + 1, np.int64)
        if self._kind == "month":
            months = self.columns.tables[self.name][date]
            found: NDArray[np.int64] = moment.month_places[
                np.clip(months, 0, len(moment.month_places) - 1)
            ]
            return found
        return np.searchsorted(moment.sorted_days, self.days(), "right")


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
