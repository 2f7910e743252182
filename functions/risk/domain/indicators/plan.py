"""The catalogue compiled: which slots each table needs, and which of them makes which indicator.

A slot is one filter of one table with, perhaps, a value and an entity. All slots of all tables
are the rows of three matrices whose columns are the edges of the windows, so that a whole family
of indicators is a few look-ups, whatever their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT, Definition
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.indicators.moment import edges_of
from risk.domain.indicators.scale import scale_of
from risk.domain.indicators.table_plan import First, TableKey, TablePlan, ints

Ints = NDArray[np.int64]
CELL_RULES: Final = frozenset(
    (
        "cnt",
        "sum",
        "avg_m",
        "max_m",
        "zero_month",
        "active_month",
        "growth",
        "rate",
        "mean",
        "last_of_months",
        "change_of_months",
    )
)
"""Rules that follow from the matrices alone."""
BY_MONTH: Final = ("last", "change")
FORGIVING: Final = frozenset(
    (
        "day_balance_avg",
        "day_balance_min",
        "month_end_avg",
        "days_below",
        "interest_rate",
        "balance_breaks",
    )
)
"""Rules that see for themselves whether a null matters."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One indicator in the plan."""

    number: int
    definition: Definition
    table: TablePlan | None
    slot: int = -1
    """Within its table."""
    base: int = -1
    begin: int = 0
    end: int = 0
    scale: tuple[int, int] = (1, 1)
    """What numerator and denominator are multiplied by."""

    @cached_property
    def row(self) -> int:
        """The slot's row in the matrices."""
        return (self.table.first_slot if self.table else 0) + self.slot

    @cached_property
    def base_row(self) -> int:
        """The base's row in the matrices; the slot's own without a base."""
        if self.base < 0:
            return self.row
        return (self.table.first_slot if self.table else 0) + self.base


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Indicators of one rule as arrays."""

    number: Ints
    row: Ints
    base_row: Ints
    begin: Ints
    end: Ints
    months: Ints
    offset: Ints
    has_value: NDArray[np.bool_]
    multiply: Ints
    divide: Ints


@dataclass(frozen=True, slots=True, eq=False)
class DistinctGroup:
    """Counts of one table's entities in windows that end together."""

    table: TablePlan
    by: str
    end: int
    slots: Ints
    """Different ones, within the table."""
    number: Ints
    begin: Ints
    place: Ints
    """For each indicator which of the slots it counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that is the same for every applicant."""

    entries: tuple[Entry, ...]
    tables: tuple[TablePlan, ...]
    slots: int
    sums: int
    """How many rows all counts and sums by filter have."""
    cells: int
    """How many cells all tables have: by class, figure and place."""
    count_of_slot: Ints
    sum_of_slot: Ints
    families: dict[str, Family]
    all_families: Family
    """The families one after the other."""
    strict: Family
    """All indicators that are missing when something is not known about a row of their window."""
    series: Family
    """All indicators that need a row in every month."""
    singles: dict[str, tuple[Entry, ...]]
    """By rule, the indicators that are computed one by one or in small groups."""
    distinct: tuple[DistinctGroup, ...]
    products: tuple[str, ...]
    product_of: Ints
    history: Ints
    dated_in_period: NDArray[np.bool_]
    last_state: NDArray[np.bool_]
    fresh: NDArray[np.bool_]
    """Windows of days: the document must reach to the moment."""
    day_window: Ints


@cache
def plan() -> Plan:
    """The library's plan, compiled once a process."""
    tables: dict[TableKey, TablePlan] = {}
    entries = tuple(_entry(n, one, tables) for n, one in enumerate(ALL_DEFINITIONS))
    first = First()
    for table in tables.values():
        first = table.close(first)
    by_rule: dict[str, list[Entry]] = {}
    for entry in entries:
        by_rule.setdefault(_rule_of(entry), []).append(entry)
    in_families = {rule: found for rule, found in by_rule.items() if rule in CELL_RULES}
    products = tuple(PRODUCTS)
    definitions = [entry.definition for entry in entries]
    return Plan(
        entries=entries,
        tables=tuple(tables.values()),
        slots=first.slot,
        sums=first.sum,
        cells=first.cell,
        count_of_slot=np.concatenate([table.count_of_slot for table in tables.values()]),
        sum_of_slot=np.concatenate([table.sum_of_slot for table in tables.values()]),
        families={rule: _family(found) for rule, found in in_families.items()},
        all_families=_family([entry for found in in_families.values() for entry in found]),
        strict=_family([one for one in entries if one.table and _rule_of(one) not in FORGIVING]),
        series=_family([one for one in entries if one.definition.calculation.series]),
        singles={rule: tuple(found) for rule, found in by_rule.items() if rule not in CELL_RULES},
        distinct=_distinct_groups(by_rule["distinct"]),
        products=products,
        product_of=ints(
            products.index(one.source) if one.source else len(products) for one in definitions
        ),
        history=ints(one.history_months for one in definitions),
        dated_in_period=np.array([one.dated_in_period for one in definitions], np.bool_),
        last_state=np.array([one.calculation.last_state for one in definitions], np.bool_),
        fresh=np.array([one.window.days > 0 for one in definitions], np.bool_),
        day_window=ints(one.window.days for one in definitions),
    )


def _entry(number: int, definition: Definition, tables: dict[TableKey, TablePlan]) -> Entry:
    how = definition.calculation
    if not how.product or how.table == SNAPSHOT:
        return Entry(number, definition, None, scale=scale_of(definition))
    key = (how.product, how.table, how.date)
    table = tables.setdefault(key, TablePlan(key))
    begin, end = edges_of(definition.window)
    slot = table.slot(how.where, how.value, how.by)
    base = -1
    if how.base_where is not None:
        by = how.by if how.agg == "shared_cnt" else None
        base = table.slot(how.base_where, how.base_value, by)
    scale = scale_of(definition)
    return Entry(number, definition, table, slot, base, begin, end, scale)


def _rule_of(entry: Entry) -> str:
    """Rows of months, of which a day has one sum, need not be looked at one by one."""
    how = entry.definition.calculation
    if how.agg not in BY_MONTH:
        return how.agg
    dated = PRODUCTS[how.product].find(f"{how.table}.{how.date}")
    by_month = dated is not None and dated.kind == "month"
    return f"{how.agg}_of_months" if by_month else how.agg


def _distinct_groups(entries: list[Entry]) -> tuple[DistinctGroup, ...]:
    groups: dict[tuple[TableKey, str, int], list[Entry]] = {}
    for entry in entries:
        if entry.table is not None:
            by = entry.definition.calculation.by or ""
            groups.setdefault((entry.table.key, by, entry.end), []).append(entry)
    return tuple(_distinct_group(found) for found in groups.values())


def _distinct_group(entries: list[Entry]) -> DistinctGroup:
    first = entries[0]
    if first.table is None:
        raise ValueError(f"{first.definition.id} counts entities of no table")
    slots = sorted({entry.slot for entry in entries})
    return DistinctGroup(
        table=first.table,
        by=first.definition.calculation.by or "",
        end=first.end,
        slots=ints(slots),
        number=ints(entry.number for entry in entries),
        begin=ints(entry.begin for entry in entries),
        place=ints(slots.index(entry.slot) for entry in entries),
    )


def _family(entries: list[Entry]) -> Family:
    how = [entry.definition.calculation for entry in entries]
    scales = [entry.scale for entry in entries]
    return Family(
        number=ints(entry.number for entry in entries),
        row=ints(entry.row for entry in entries),
        base_row=ints(entry.base_row for entry in entries),
        begin=ints(entry.begin for entry in entries),
        end=ints(entry.end for entry in entries),
        months=ints(entry.definition.window.months for entry in entries),
        offset=ints(one.offset for one in how),
        has_value=np.array([one.value is not None for one in how], np.bool_),
        multiply=ints(scale[0] for scale in scales),
        divide=ints(scale[1] for scale in scales),
    )
