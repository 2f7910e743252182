"""One definition asked of one document: which rows count, and what they are worth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from risk.domain.indicators.definition import Definition, Where
from tests.unit.risk.indicators.slow_paper import (
    DAY,
    Missing,
    Paper,
    Row,
    last_day_of,
    month_of,
    months_before,
)

BEGINNING = date(1, 1, 1)


@dataclass(frozen=True, eq=False)
class Question:
    """One definition asked of one document."""

    definition: Definition
    paper: Paper

    @property
    def as_of(self) -> date:
        """The moment."""
        return self.paper.as_of

    @property
    def months(self) -> list[tuple[int, int]]:
        """The window's full months, newest first."""
        return months_before(self.as_of, self.definition.window.months)

    @property
    def earlier_months(self) -> list[tuple[int, int]]:
        """The months of the window that it is compared with."""
        offset = self.definition.calculation.offset
        return months_before(self.as_of, self.definition.window.months, skip=offset)

    @property
    def span(self) -> tuple[date, date]:
        """The first and last day of the window."""
        return self.span_of(self.months)

    def span_of(self, months: list[tuple[int, int]]) -> tuple[date, date]:
        """The first and last day of some months; without any, of the definition's days."""
        if months:
            return date(*months[-1], 1), last_day_of(months[0])
        days = self.definition.window.days
        return (self.as_of - timedelta(days=days - 1) if days else BEGINNING), self.as_of

    def rows(self, span: tuple[date, date] | None = None) -> list[Row]:
        """The rows that count, with everything known that the rule needs of them."""
        how = self.definition.calculation
        return self.select(how.where, (how.value, how.by), span or self.span)

    def base_rows(self) -> list[Row]:
        """The rows of the window that what counts is compared with."""
        how = self.definition.calculation
        fields = (how.base_value, how.by if how.agg == "shared_cnt" else None)
        return self.select(how.base_where or (), fields, self.span)

    def select(
        self, where: Where, fields: tuple[str | None, ...], span: tuple[date, date]
    ) -> list[Row]:
        """The rows of a span of days for which all conditions hold, or `Missing`."""
        how = self.definition.calculation
        chosen = []
        for row, holds in self.paper.judged(how.table, how.date, where):
            if holds is False or (row[DAY] and not span[0] <= row[DAY] <= span[1]):
                continue
            if holds is None or any(field and row[field] is None for field in fields):
                raise Missing
            chosen.append(row)
        return chosen

    def number(self, row: Row, field: str | None = None) -> Fraction:
        """A field of a row, else its value, in the field's unit; without a value, one row."""
        how = self.definition.calculation
        name = field or how.value
        return Fraction(1) if name is None else self.paper.amount(how.table, name, row[name])

    def total(self, rows: list[Row]) -> Fraction:
        """The sum of the values; without one the number of rows."""
        return sum((self.number(row) for row in rows), Fraction(0))

    def levels(self, rows: list[Row]) -> list[Fraction]:
        """The sum of each month of the window."""
        return [
            self.total([row for row in rows if month_of(row[DAY]) == month])
            for month in self.months
        ]

    def by_entity(self, rows: list[Row]) -> dict[str, Fraction]:
        """The sums by entity."""
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for row in rows:
            sums[row[self.definition.calculation.by]] += self.number(row)
        return sums
