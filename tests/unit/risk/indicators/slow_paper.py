"""A document as the slow implementation reads it: rows with dates and the fields made from others.

Nothing here is shared with the engine: no columns, no arrays, no windows by arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Condition, Where

Row = dict[str, Any]
DAY = "_day"
ROUND_FEN = 1_000_000
FEN_FIELDS = {"signed_fen", "magnitude_fen"}
DECIMAL_FIELDS = {"ndvi_anomaly"}


class Missing(Exception):
    """Something that the value needs is not known."""


class Undefined(Exception):
    """Everything is known, and the value has no meaning."""


@dataclass(frozen=True, eq=False)
class Paper:
    """One product's document as it is known at a moment."""

    product: str
    document: dict[str, Any]
    as_of: date

    @property
    def period_from(self) -> date:
        """The first day that it covers."""
        return date.fromisoformat(self.document["period_from"])

    @property
    def period_to(self) -> date:
        """The last day that it covers."""
        return date.fromisoformat(self.document["period_to"])

    def rows(self, table: str, dated: str | None) -> list[Row]:
        """The rows of a table that exist at the moment, each with its day."""
        key = (table, dated)
        if key not in self._known:
            self._known[key] = self._read(table, dated)
        return self._known[key]

    def judged(self, table: str, dated: str | None, where: Where) -> list[tuple[Row, bool | None]]:
        """Each row with whether all conditions hold; None where that is not known."""
        key = (table, dated, where)
        if key not in self._judged:
            self._judged[key] = [(row, self._hold(where, row)) for row in self.rows(table, dated)]
        return self._judged[key]

    @cached_property
    def snapshot(self) -> Row | None:
        """The picture of the last day, every field filled in or None."""
        found = self.document.get("snapshot")
        if found is None:
            return None
        fields = PRODUCTS[self.product].snapshot
        return {name: found.get(name) for name in fields}

    def amount(self, table: str, field: str, raw: Any) -> Fraction:
        """A field as a number in its unit: yuan, a share, a code's place."""
        described = PRODUCTS[self.product].find(f"{table}.{field}")
        kind = described.kind if described else ""
        if kind == "fen" or field in FEN_FIELDS:
            return Fraction(raw, 100)
        if field.endswith("_bps"):
            return Fraction(raw, 10_000)
        if kind == "code":
            assert described is not None
            return Fraction(list(described.codes).index(raw) + 1)
        if field in DECIMAL_FIELDS or kind == "decimal":
            return Fraction(raw)
        return Fraction(int(raw))

    @cached_property
    def _known(self) -> dict[tuple[str, str | None], list[Row]]:
        return {}

    @cached_property
    def _judged(self) -> dict[tuple[str, str | None, Where], list[tuple[Row, bool | None]]]:
        return {}

    def _hold(self, where: Where, row: Row) -> bool | None:
        answers = [self._holds(condition, row) for condition in where]
        if False in answers:
            return False
        return None if None in answers else True

    def _holds(self, condition: Condition, row: Row) -> bool | None:
        value = row[condition.field]
        if condition.op == "open":
            return value is None or day_of(value) > self.as_of
        if value is None:
            return None
        if condition.op == "in":
            return value in condition.values
        least = condition.values[0]
        return bool(value >= least) if condition.op == "ge" else bool(value < least)

    def _read(self, table: str, dated: str | None) -> list[Row]:
        fields = PRODUCTS[self.product].tables[table].fields
        rows = [{name: row.get(name) for name in fields} for row in self.document[table]]
        if self.product == "invoice/1":
            rows = [dict(items) for items in {tuple(row.items()) for row in rows}]
        derive = DERIVED.get((self.product, table))
        for row in rows:
            row[DAY] = day_of(row[dated]) if dated else None
            if derive:
                derive(self, row)
        return [row for row in rows if row[DAY] is None or row[DAY] <= self.as_of]


def over(part: Fraction | int, whole: Fraction | int) -> Fraction:
    """A share; of nothing, or of less than nothing, it has no meaning."""
    if whole <= 0:
        raise Undefined
    return Fraction(part) / Fraction(whole)


def day_of(value: Any) -> date:
    """The day of a date, the first of a month, the last of a year."""
    if isinstance(value, int):
        return date(value, 12, 31)
    return date.fromisoformat(value if len(value) == 10 else f"{value}-01")


def month_of(day: date) -> tuple[int, int]:
    """The year and the month of a day."""
    return day.year, day.month


def months_before(as_of: date, count: int, skip: int = 0) -> list[tuple[int, int]]:
    """`count` full months before the moment's, newest first, after the `skip` newest.

    >>> months_before(date(2026, 2, 10), 2)
    [(2026, 1), (2025, 12)]
    """
    found = []
    day = as_of.replace(day=1)
    for _ in range(skip + count):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(month_of(day))
    return found[skip:]


def last_day_of(month: tuple[int, int]) -> date:
    """The last day of a month."""
    year, number = month
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _invoice(_paper: Paper, row: Row) -> None:
    row["magnitude_fen"] = abs(row["amount_fen"])


def _transaction(_paper: Paper, row: Row) -> None:
    amount = row["amount_fen"]
    row["signed_fen"] = amount if row["direction"] == "in" else -amount
    row["round"] = amount > 0 and amount % ROUND_FEN == 0
    row["night"] = _night(row["booked_hour"])


def _query(_paper: Paper, row: Row) -> None:
    row["night"] = _night(row["queried_hour"])
    row["weekend"] = row[DAY].strftime("%A") in ("Saturday", "Sunday")


def _night(hour: int | None) -> bool | None:
    return None if hour is None else hour in (23, 0, 1, 2, 3, 4, 5)


def _payment(paper: Paper, row: Row) -> None:
    accounts = paper.document["accounts"]
    products = [one["product"] for one in accounts if one["account_no"] == row["account_no"]]
    row["account_product"] = products[0] if len(products) == 1 else None


def _return(paper: Paper, row: Row) -> None:
    due, filed = row["due_on"], row["filed_on"]
    if due is None:
        row["late"] = None
    elif filed is not None and date.fromisoformat(filed) <= paper.as_of:
        row["late"] = date.fromisoformat(filed) > date.fromisoformat(due)
    else:
        row["late"] = date.fromisoformat(due) < paper.as_of


def _vegetation(_paper: Paper, row: Row) -> None:
    normal = row["ndvi_normal"]
    row["ndvi_anomaly"] = None if normal is None else Decimal(row["ndvi"]) - Decimal(normal)


def _check(_paper: Paper, row: Row) -> None:
    row["passed"] = {"pass": 1, "fail": 0, "unknown": None}[row["result"]]


DERIVED: dict[tuple[str, str], Callable[[Paper, Row], None]] = {
    ("invoice/1", "rows"): _invoice,
    ("bank_flow/1", "transactions"): _transaction,
    ("multi_lender/1", "queries"): _query,
    ("bureau/1", "payments"): _payment,
    ("tax/1", "returns"): _return,
    ("agriculture/1", "vegetation"): _vegetation,
    ("device/1", "checks"): _check,
}
"""The fields that definitions name and documents do not have."""
