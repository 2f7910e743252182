"""Random documents of all twelve products, small for properties and big for the full run.

Few texts, days at the edges of windows and amounts of every size, so that everything happens
often: rows that come twice, months without a row, fields that are null, rows after the moment.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from puhui.fact_schemas import PRODUCTS, Field, Product

Document = dict[str, Any]
Row = dict[str, Any]
SERIES = {
    ("tax/1", "returns"): (),
    ("bureau/1", "payments"): (),
    ("social_security/1", "contributions"): ("social", "fund"),
    ("social_security/1", "headcounts"): ("social", "fund"),
    ("utility/1", "bills"): ("power", "water", "gas"),
    ("relationship/1", "balances"): ("demand", "term", "wealth"),
    ("relationship/1", "utilisations"): (),
    ("relationship/1", "activities"): ("login", "transfer", "payroll", "qr_pos"),
}
"""Tables that usually have a row for every month, and for every kind."""
SERIES_MONTHS = (14, 26, 38)
DENSE = {"rows", "transactions", "events", "queries"}
"""Tables of which one row more or less says little."""
DENSITY = 6
ENDS = {"closed_on", "removed_on", "cleared_on", "paid_on"}
"""Days that are null for whatever has not ended."""
TEXTS = ("甲", "乙", "丙", "丁", "戊")
DECIMALS = ("0", "0.3", "0.125001", "1", "12.5", "-0.25", "88.8", "345.000009", "1200")
FEN = (0, 1, 99, 100, 33_333, 1_000_000, 3_000_000, 999_999)
HUGE_FEN = 10**13
MEDIANS = (0, 5, 10, 100)
EDGES_BACK = (0, 1, 2, 3, 6, 7, 12, 13, 24, 25, 36, 60)


@dataclass(frozen=True)
class Maker:
    """Makes documents as of a day from one source of chance."""

    random: Random
    as_of: date
    rows: int
    """At most so many rows in a table that is no series."""
    nulls: float = 0.0
    huge: bool = False

    def document(self, product: str) -> Document:
        """A document that follows its schema and its own declaration."""
        found = PRODUCTS[product]
        first, last = self._period()
        tables = {name: self._table(found, name, first, last) for name in found.tables}
        if product == "bank_flow/1" and self.random.random() < 0.7:
            _carry_balances(tables["transactions"])
        if product == "bureau/1" and self.random.random() < 0.8:
            tables["accounts"] = self._distinct(tables["accounts"], first, last)
        document: Document = {
            "schema": product,
            "source": "测试来源",
            "period_from": first.isoformat(),
            "period_to": last.isoformat(),
            "row_count": sum(map(len, tables.values())),
            **tables,
        }
        if found.snapshot and self.random.random() < 0.9:
            document["snapshot"] = {
                name: self._value(name, field, first, last)
                for name, field in found.snapshot.items()
            }
        return document

    def _period(self) -> tuple[date, date]:
        """Usually long and recent; else begun or ended at an edge of some window."""
        edges = sorted(self._edges())
        first = self.as_of - timedelta(days=365 * 6)
        last = self.as_of - timedelta(days=self.random.choice([0, 0, 0, 1, 3]))
        if self.random.random() < 0.25:
            first = self.random.choice([day for day in edges if day <= self.as_of])
        if self.random.random() < 0.25:
            ends = [self.as_of - timedelta(days=days) for days in (4, 15, 16, 45, 60, 190, 230)]
            ends += [self.as_of + timedelta(days=days) for days in (1, 40)]
            last = self.random.choice(ends)
        return min(first, last), max(first, last)

    def _edges(self) -> list[date]:
        firsts = [_month_start(self.as_of, back) for back in EDGES_BACK]
        days = [self.as_of - timedelta(days=back) for back in (0, 1, 6, 7, 14, 15, 29, 30, 89, 90)]
        stale = [firsts[0] - timedelta(days=back) for back in (15, 16, 17, 46, 47, 191, 192)]
        return [*firsts, *(day - timedelta(days=1) for day in firsts), *days, *stale]

    def _day(self, first: date, last: date) -> date:
        choice = self.random.random()
        if choice < 0.3:
            inside = [day for day in self._edges() if first <= day <= last]
            if inside:
                return self.random.choice(inside)
        nearest = max(first, last - timedelta(days=100)) if choice < 0.6 else first
        return nearest + timedelta(days=self.random.randint(0, (last - nearest).days))

    def _table(self, product: Product, name: str, first: date, last: date) -> list[Row]:
        fields = product.tables[name].fields
        rows = list(self._series(product.code, name, first, last))
        most = self.rows * (DENSITY if name in DENSE else 1)
        for _ in range(self.random.randint(0, most)):
            rows.append(self._row(fields, first, last))
        if rows and self.random.random() < 0.3:
            rows.append(dict(self.random.choice(rows)))
        self.random.shuffle(rows)
        return rows

    def _series(self, product: str, name: str, first: date, last: date) -> Iterator[Row]:
        kinds = SERIES.get((product, name))
        if kinds is None or self.random.random() < 0.25:
            return
        fields = PRODUCTS[product].tables[name].fields
        dated = next(key for key, field in fields.items() if field.kind == "month")
        skipped = self.random.choice([0.0, 0.0, 0.02])
        for back in range(self.random.choice(SERIES_MONTHS)):
            month = _month_start(self.as_of, back).isoformat()[:7]
            if not first.isoformat()[:7] <= month <= last.isoformat()[:7]:
                continue
            for kind in kinds or (None,):
                if self.random.random() >= skipped:
                    named = {dated: month} if kind is None else {dated: month, "kind": kind}
                    yield self._row(fields, first, last) | named

    def _distinct(self, accounts: list[Row], first: date, last: date) -> list[Row]:
        """One account of every number that payments name."""
        fields = PRODUCTS["bureau/1"].tables["accounts"].fields
        found = {row["account_no"]: row for row in accounts}
        for number in TEXTS:
            found.setdefault(number, self._row(fields, first, last) | {"account_no": number})
        return list(found.values())

    def _row(self, fields: Any, first: date, last: date) -> Row:
        return {name: self._value(name, field, first, last) for name, field in fields.items()}

    def _value(self, name: str, field: Field, first: date, last: date) -> Any:
        if field.nullable and self.random.random() < self.nulls:
            return None
        if field.kind in ("date", "month"):
            return self._date(name, field, first, last)
        if field.kind in ("int", "fen"):
            return self._whole(name, field)
        if "business" in field.codes and self.random.random() < 0.5:
            return "business"
        choices = {"text": TEXTS, "flag": (False, True), "decimal": DECIMALS}
        return self.random.choice(choices.get(field.kind) or list(field.codes))

    def _date(self, name: str, field: Field, first: date, last: date) -> str | None:
        if not field.in_period:
            first, last = _month_start(self.as_of, 61), self.as_of + timedelta(days=60)
            if name in ENDS and self.random.random() < 0.5:
                return None
        day = self._day(first, last).isoformat()
        return day[:7] if field.kind == "month" else day

    def _whole(self, name: str, field: Field) -> int:
        if name in ("year", "last_report_year"):
            return self.as_of.year - self.random.randint(-1, 3)
        if field.kind == "int":
            most = 100 if name in ("value", "median") else 12
            return self.random.randint(field.minimum, min(field.maximum, most + 12))
        amount = self.random.choice(FEN)
        if self.random.random() < 0.6:
            amount = self.random.randint(0, 10**8)
        if self.huge and self.random.random() < 0.1:
            amount = HUGE_FEN
        negative = field.minimum < 0 and self.random.random() < 0.3
        return -amount if negative else amount


def a_maker(random: Random, as_of: date, rows: int = 6) -> Maker:
    """A maker whose documents have no nulls, few, or many."""
    nulls = random.choice([0.0, 0.0, 0.02, 0.2])
    return Maker(random, as_of, rows, nulls=nulls, huge=random.random() < 0.15)


def a_subject(random: Random, as_of: date, rows: int = 6) -> dict[str, Document | str]:
    """Documents of all products; now and then one is absent, or only a state."""
    found: dict[str, Document | str] = {}
    for product in PRODUCTS:
        absent = random.random()
        if absent < 0.08:
            found[product] = random.choice(["missing", "vendor_error", "not_consented", "stale"])
        elif absent < 0.96:
            found[product] = a_maker(random, as_of, rows).document(product)
    return found


def body_of(document: Document) -> bytes:
    """The document as it travels."""
    return json.dumps(document, ensure_ascii=False).encode()


def _month_start(as_of: date, back: int) -> date:
    months = as_of.year * 12 + as_of.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _carry_balances(transactions: list[Row]) -> None:
    """Give each account running balances, as a bank would write them."""
    by_account: dict[str, list[Row]] = defaultdict(list)
    for row in transactions:
        by_account[row["account"]].append(row)
    for rows in by_account.values():
        balance = 5_000_000
        ordered = sorted(rows, key=lambda one: (one["booked_on"], one["sequence"]))
        for sequence, row in enumerate(ordered):
            signed = row["amount_fen"] if row["direction"] == "in" else -row["amount_fen"]
            balance = max(-HUGE_FEN, min(HUGE_FEN, balance + signed))
            row["sequence"] = sequence
            if row["balance_fen"] is not None:
                row["balance_fen"] = balance
