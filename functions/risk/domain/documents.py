"""A fact document as rules read it: plain values as of a day, None for whatever is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from puhui.fact_schemas.numbers import EPOCH_ORDINAL, day_number
from risk.domain.facts import Fact

SNAPSHOT: Final = "snapshot"


@dataclass(frozen=True, slots=True)
class Document:
    """A readable document's columns as of a day, or nothing."""

    columns: Any
    day: date

    @classmethod
    def of(cls, fact: Fact | None, day: date) -> Document:
        """The document of a fact, or one that says nothing."""
        columns = None if fact is None else fact.columns
        return cls(columns if hasattr(columns, "tables") else None, day)

    @property
    def is_there(self) -> bool:
        """Whether it can be read at all."""
        return self.columns is not None

    @property
    def day_number(self) -> int:
        """The day as columns count days."""
        return day_number(self.day)

    def number(self, name: str) -> int | None:
        """A number, a date or a flag of the snapshot."""
        if not self.rows(SNAPSHOT) or self._is_null(SNAPSHOT, name, 0):
            return None
        return int(self.columns.tables[SNAPSHOT][name][0])

    def text(self, name: str) -> str | None:
        """A text of the snapshot."""
        found = self.number(name)
        return None if found is None else str(self.columns.text(found))

    def code(self, name: str) -> str | None:
        """A code of the snapshot."""
        found = self.number(name)
        return None if found is None else str(self.columns.legends[SNAPSHOT][name][found])

    def snapshot_date(self, name: str) -> date | None:
        """A date of the snapshot."""
        found = self.number(name)
        return None if found is None else date.fromordinal(found + EPOCH_ORDINAL)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        if self.columns is None:
            return 0
        arrays: Mapping[str, Any] = self.columns.tables.get(table, {})
        return max((len(array) for array in arrays.values()), default=0)

    def values(self, table: str, name: str) -> list[int | None]:
        """A column, None where it is null."""
        if not self.rows(table):
            return []
        found: list[int | None] = self.columns.tables[table][name].tolist()
        nulls = self.columns.nulls.get(table, {}).get(name)
        if nulls is None:
            return found
        return [None if null else value for value, null in zip(found, nulls.tolist(), strict=True)]

    def codes(self, table: str, name: str) -> list[str | None]:
        """A column of codes."""
        legend = self.columns.legends[table][name] if self.columns is not None else ()
        return [None if one is None else legend[one] for one in self.values(table, name)]

    def dates(self, table: str, name: str) -> list[date | None]:
        """A column of dates."""
        return [
            None if one is None else date.fromordinal(one + EPOCH_ORDINAL)
            for one in self.values(table, name)
        ]

    def texts(self, table: str, name: str) -> list[str | None]:
        """A column of texts."""
        return [
            None if number is None else str(self.columns.text(number))
            for number in self.values(table, name)
        ]

    def _is_null(self, table: str, name: str, row: int) -> bool:
        nulls = self.columns.nulls.get(table, {}).get(name)
        return nulls is not None and bool(nulls[row])
