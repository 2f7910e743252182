"""The common window grids as plain data for the peers: which rows, which window, which figure.

Everything here is made once a process, for every peer alike, as our own plan is.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Final

from risk.domain.indicators.definition import Condition, Definition, Where
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.indicators.months import AsOf, Window
from risk.domain.indicators.scale import raw_decimals

MONTHS: Final = 60
MONTHLY_RULES: Final = frozenset(("active_month", "zero_month", "max_m", "cv"))
MATRIX_RULES: Final = MONTHLY_RULES | {"cnt", "sum", "avg_m", "growth", "rate", "mean"}
PARTY_RULES: Final = frozenset(("top_share", "hhi", "new_share"))
SNAPSHOT_RULES: Final = frozenset(("field", "ratio", "difference"))
DISTINCT: Final = frozenset(("distinct",))
RULES: Final = MATRIX_RULES | PARTY_RULES | SNAPSHOT_RULES | DISTINCT
DECIMAL_FIELDS: Final = frozenset(
    ("area_mu", "yield_kg", "price_index", "ndvi", "ndvi_normal", "ndvi_anomaly")
).union(("usage", "peak_usage"))
"""Written as text in the documents; peers read them as floats."""
SlotKey = tuple[Where, str | None, str | None]


@dataclass(eq=False)
class Source:
    """One table, the filters that are asked of it, and the days at which windows begin or end."""

    product: str
    table: str
    date: str | None
    edges: tuple[str, ...] = ()
    """Days in order, as texts; the first is before all days, the last is after the moment."""
    slots: dict[SlotKey, int] = field(default_factory=dict)

    def slot(self, where: Where, value: str | None, by: str | None) -> int:
        """The number of a filter with its value and entity."""
        return self.slots.setdefault((where, value, by), len(self.slots))

    @property
    def name(self) -> str:
        """Product and table, for frames that are kept by name."""
        return f"{self.product}.{self.table}.{self.date}"

    @property
    def conditions(self) -> list[Condition]:
        """Every condition that some filter uses, once."""
        return list(dict.fromkeys(one for where, _, _ in self.slots for one in where))

    @property
    def values(self) -> list[str]:
        """Every field that is added up."""
        return list(dict.fromkeys(value for _, value, _ in self.slots if value))

    @property
    def entities(self) -> list[str]:
        """Every field whose different values are counted."""
        return list(dict.fromkeys(by for _, _, by in self.slots if by))


@dataclass(frozen=True, eq=False)
class Question:
    """One indicator of the common grids."""

    definition: Definition
    source: Source | None
    slot: int = -1
    base: int = -1
    begin: int = 0
    """The window's rows lie from this edge to before the other one."""
    end: int = 0
    months: tuple[int, ...] = ()
    """The edges of the window's single months, the latest first."""
    before: tuple[int, int] = (0, 0)
    """The edges of the window that it is compared with."""
    unit: float = 1.0
    """What the raw value is multiplied by, such as 0.01 for 分."""

    @property
    def name(self) -> str:
        """The indicator."""
        return self.definition.id

    @property
    def rule(self) -> str:
        """The figure."""
        return self.definition.calculation.agg


@dataclass(frozen=True, eq=False)
class Common:
    """All questions of a moment."""

    as_of: date
    sources: tuple[Source, ...]
    questions: tuple[Question, ...]

    @cache  # noqa: B019  (there is one a process)
    def of(self, source: Source, rules: frozenset[str]) -> list[Question]:
        """The questions about a source with one of the rules."""
        return [one for one in self.questions if one.source is source and one.rule in rules]

    @cached_property
    def snapshots(self) -> list[Question]:
        """The questions about single fields."""
        return [one for one in self.questions if one.source is None]


def common_grids(as_of: date) -> Common:
    """Every indicator whose rule the peers know."""
    edges = _edges(AsOf(as_of))
    sources: dict[tuple[str, str, str | None], Source] = {}
    questions = tuple(
        _question(one, as_of, edges, sources)
        for one in ALL_DEFINITIONS
        if one.calculation.agg in RULES
    )
    return Common(as_of, tuple(sources.values()), questions)


def _edges(as_of: AsOf) -> tuple[str, ...]:
    days = {as_of.first_day(back) for back in range(MONTHS + 1)}
    days |= {as_of.day - timedelta(days=one.days - 1) for one in Window if one.days}
    days.add(as_of.day + timedelta(days=1))
    return ("", *sorted(day.isoformat() for day in days))


def _question(
    definition: Definition,
    as_of: date,
    edges: tuple[str, ...],
    sources: dict[tuple[str, str, str | None], Source],
) -> Question:
    how, moment = definition.calculation, AsOf(as_of)
    unit = _unit(how.product, how.table, how.value) / _unit(how.product, how.table, how.base_value)
    if how.agg in SNAPSHOT_RULES:
        return Question(definition, None, unit=unit)
    key = (how.product, how.table, how.date)
    source = sources.setdefault(key, Source(*key, edges=edges))
    base = -1
    if how.base_where is not None:
        by = how.by if how.agg == "new_share" else None
        base = source.slot(how.base_where, how.base_value, by)

    def edge(back: int) -> int:
        return bisect_left(edges, moment.first_day(back).isoformat())

    months = definition.window.months
    first, last = moment.span(definition.window)
    return Question(
        definition,
        source,
        slot=source.slot(how.where, how.value, how.by),
        base=base,
        begin=0 if first is None else bisect_left(edges, first.isoformat()),
        end=bisect_left(edges, (last + timedelta(days=1)).isoformat()),
        months=tuple(edge(back) for back in range(months + 1)) if months else (),
        before=(edge(months + how.offset), edge(how.offset)) if how.offset else (0, 0),
        unit=unit,
    )


def _unit(product: str, table: str, name: str | None) -> float:
    if name in DECIMAL_FIELDS:
        return 1.0
    return float(10 ** -raw_decimals(product, table, name))
