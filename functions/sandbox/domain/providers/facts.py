"""What one provider knows of one firm, in the names of the canonical products."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Tables of rows and a snapshot over a period, before a provider puts them in its words."""

    period_from: date
    period_to: date
    tables: dict[str, list[Row]] = field(default_factory=dict)
    snapshot: Row = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """The rows of all tables."""
        return sum(len(rows) for rows in self.tables.values())


def spread(rng: Random, total: int, count: int) -> list[int]:
    """Divide an amount into uneven parts that add up to it.

    >>> sum(spread(Random(1), 1_000, 7))
    1000
    """
    weights = [rng.randint(5, 20) for _ in range(count)]
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    parts[-1] += total - sum(parts)
    return parts


def about(rng: Random, amount: int, low_percent: int, high_percent: int) -> int:
    """An amount taken at some percent of itself, drawn between two bounds."""
    return amount * rng.randint(low_percent * 10, high_percent * 10) // 1000
