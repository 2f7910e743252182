"""Numbers of regulation with the days they are in force, their source and how sure we are.

    table = RuleTable.from_json(text, read=PenaltyRule.from_json)
    row = table.on(business_date)          # the row in force; row.value, row.source, row.confidence

Rows follow each other without gap or overlap: `valid_to` is the last day in force, and the next row
begins on the day after. Only the last row may be open. A day before the first row raises.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Generic, TypeVar

from puhui.errors import Unprocessable
from puhui.strict_json import loads

T = TypeVar("T")


class Confidence(Enum):
    """How sure we are of a number."""

    READ = "✔"
    SECOND_HAND = "◐"
    FROM_MEMORY = "✎"


CONFIDENCE_NAMES = {
    Confidence.READ: "已核对原文",
    Confidence.SECOND_HAND: "二手引用",
    Confidence.FROM_MEMORY: "待人工确认",
}


class NoRuleInForce(Unprocessable):
    """No row of the table is in force on this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective(Generic[T]):
    """A value and the days on which it is in force, both included."""

    valid_from: date
    valid_to: date | None
    source: str
    confidence: Confidence
    value: T

    def __post_init__(self) -> None:
        """Refuse a row that ends before it begins or names no source."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"row of {self.valid_from} ends before it begins")
        if not self.source.strip():
            raise ValueError(f"row of {self.valid_from} names no source")


class RuleTable(Generic[T]):
    """Effective rows of one rule, complete from the first day on."""

    def __init__(self, name: str, rows: Iterable[Effective[T]], *, display_name: str = "") -> None:
        """Check that the rows follow each other without gap or overlap."""
        self.name = name
        self.display_name = display_name or name
        self.rows = tuple(rows)
        if not self.rows:
            raise ValueError(f"{name}: a rule table has rows")
        for before, after in zip(self.rows, self.rows[1:], strict=False):
            _check_neighbours(name, before, after)
        self._starts = [row.valid_from for row in self.rows]

    @classmethod
    def from_json(cls, text: str | bytes, read: Callable[[Any], T]) -> RuleTable[T]:
        """Read `name`, `display_name` and `rows`; a row has the five fields of `Effective`."""
        document = loads(text)
        return cls(
            document["name"],
            [_row(entry, read) for entry in document["rows"]],
            display_name=document["display_name"],
        )

    def on(self, day: date) -> Effective[T]:
        """Answer the row in force on a day, or raise `NoRuleInForce`."""
        index = bisect_right(self._starts, day) - 1
        row = self.rows[index] if index >= 0 else None
        if row is None or (row.valid_to is not None and day > row.valid_to):
            raise NoRuleInForce(f"{self.name} has no rule for {day}", rule=f"{self.name}.in_force")
        return row

    def value_on(self, day: date) -> T:
        """Answer the value in force on a day."""
        return self.on(day).value

    def __iter__(self) -> Iterator[Effective[T]]:
        """Go through the rows, oldest first."""
        return iter(self.rows)


def _check_neighbours(name: str, before: Effective[T], after: Effective[T]) -> None:
    if before.valid_to is None:
        raise ValueError(f"{name}: only the last row may be open, not that of {before.valid_from}")
    if after.valid_from != before.valid_to + timedelta(days=1):
        kind = "overlap" if after.valid_from <= before.valid_to else "gap"
        raise ValueError(f"{name}: {kind} between {before.valid_to} and {after.valid_from}")


def _row(entry: dict[str, Any], read: Callable[[Any], T]) -> Effective[T]:
    ends = entry["valid_to"]
    return Effective(
        valid_from=date.fromisoformat(entry["valid_from"]),
        valid_to=None if ends is None else date.fromisoformat(ends),
        source=entry["source"],
        confidence=Confidence(entry["confidence"]),
        value=read(entry["value"]),
    )
