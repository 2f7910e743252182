"""The catalogue compiled: which slots each table needs, and which of them makes which indicator.

A slot is one filter of one table with, perhaps, a value and an entity. All slots of all tables
are the rows of three matrices whose columns are the edges of the windows, so that a whole family
of indicators is a few look-ups, whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import SNAPSHOT, Condition, Definition, Where
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.domain.indicators.moment import EDGES, edges_of

Ints = NDArray[np.int64]
SlotKey = tuple[Where, str | None, str | None]
TableKey = tuple[str, str, str | None]
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
UNITLESS_RULES: Final = frozenset(("growth", "zero_month", "change"))
"""Rules whose result does not have the unit of the value."""
BY_MONTH: Final = ("last", "change")
RAW_DECIMALS: Final = {"fen": 2, "decimal": 6}
DERIVED_RAW_DECIMALS: Final = {"magnitude_fen": 2, "signed_fen": 2, "ndvi_anomaly": 6}
BASIS_POINT_DECIMALS: Final = 4


@dataclass(slots=True)
class TablePlan:
    """What is looked at in one table."""

    key: TableKey
    first_slot: int = 0
    slots: dict[SlotKey, int] = field(default_factory=dict)
    """Each slot's number within the table."""
    atoms: dict[Condition, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """Whatever a null in makes a value missing."""
    code_fields: tuple[tuple[str, list[int], tuple[Condition, ...]], ...] = ()
    """Fields of codes and flags, each with its atoms: their truth is one look-up together."""
    other_atoms: tuple[tuple[Condition, int], ...] = ()
    atom_index: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    """For each slot the numbers of its atoms, filled up with the one that always holds."""
    value_of_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """The number of each slot's value; -1 without one."""
    cell_starts: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Where the cells of each slot begin."""

    def slot(self, where: Where, value: str | None, by: str | None) -> int:
        """The number of a slot, a new one if need be."""
        for condition in where:
            self.atoms.setdefault(condition, len(self.atoms))
        if value is not None:
            self.values.setdefault(value, len(self.values))
        return self.slots.setdefault((where, value, by), len(self.slots))

    def close(self, first_slot: int) -> int:
        """Number the slots from here, and answer the next number."""
        self.first_slot = first_slot
        width = max(len(where) for where, _, _ in self.slots)
        index = np.full((max(width, 1), len(self.slots)), len(self.atoms), np.int64)
        for number, (where, _, _) in enumerate(self.slots):
            for place, condition in enumerate(where):
                index[place, number] = self.atoms[condition]
        self.atom_index = index
        self.value_of_slot = _ints(
            -1 if value is None else self.values[value] for _, value, _ in self.slots
        )
        self.cell_starts = (first_slot + np.arange(len(self.slots))) * (EDGES + 1)
        named = [condition.field for condition in self.atoms if condition.op != "open"]
        named += [name for key in self.slots for name in key[1:] if name is not None]
        self.fields = tuple(dict.fromkeys(named))
        of_codes: dict[str, list[Condition]] = {}
        for condition in self.atoms:
            if condition.op == "in":
                of_codes.setdefault(condition.field, []).append(condition)
        self.code_fields = tuple(
            (name, [self.atoms[one] for one in conditions], tuple(conditions))
            for name, conditions in of_codes.items()
        )
        self.other_atoms = tuple((one, n) for one, n in self.atoms.items() if one.op != "in")
        return first_slot + len(self.slots)


@dataclass(frozen=True, slots=True, eq=False)
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

    @property
    def row(self) -> int:
        """The slot's row in the matrices."""
        return (self.table.first_slot if self.table else 0) + self.slot

    @property
    def base_row(self) -> int:
        """The base's row in the matrices."""
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
    series: NDArray[np.bool_]
    multiply: Ints
    divide: Ints


@dataclass(frozen=True, slots=True, eq=False)
class DistinctGroup:
    """Counts of entities of one slot in windows that end together."""

    first: Entry
    number: Ints
    begin: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that is the same for every applicant."""

    entries: tuple[Entry, ...]
    tables: tuple[TablePlan, ...]
    slots: int
    families: dict[str, Family]
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
def fields_read() -> dict[str, dict[str, frozenset[str]]]:
    """By product and table every field that some indicator reads; of snapshots, all."""
    found: dict[str, dict[str, set[str]]] = {
        code: {SNAPSHOT: set(product.snapshot)} for code, product in PRODUCTS.items()
    }
    for definition in ALL_DEFINITIONS:
        for path in definition.fields:
            table, _, name = path.partition(".")
            found[definition.source].setdefault(table, set()).add(name)
    # An invoice that equals another in every field counts once.
    found["invoice/1"]["rows"] |= set(PRODUCTS["invoice/1"].tables["rows"].fields)
    return {
        product: {table: frozenset(names) for table, names in tables.items()}
        for product, tables in found.items()
    }


def raw_decimals(product: str, table: str, name: str | None) -> int:
    """How many decimals the integers of a field have."""
    if name is None:
        return 0
    if name in DERIVED_RAW_DECIMALS:
        return DERIVED_RAW_DECIMALS[name]
    if name.endswith("_bps"):
        return BASIS_POINT_DECIMALS
    found = PRODUCTS[product].find(f"{table}.{name}")
    return 0 if found is None else RAW_DECIMALS.get(found.kind, 0)


def scale_of(definition: Definition) -> tuple[int, int]:
    """What numerator and denominator are multiplied by, to give the scaled integer."""
    how = definition.calculation
    power = definition.decimals
    if how.agg not in UNITLESS_RULES:
        power -= raw_decimals(how.product, how.table, how.value)
        power += raw_decimals(how.product, how.table, how.base_value)
    return (int(10**power), 1) if power >= 0 else (1, int(10**-power))


@cache
def plan() -> Plan:
    """The library's plan, compiled once a process."""
    tables: dict[TableKey, TablePlan] = {}
    entries = tuple(_entry(n, one, tables) for n, one in enumerate(ALL_DEFINITIONS))
    slots = 0
    for table in tables.values():
        slots = table.close(slots)
    by_rule: dict[str, list[Entry]] = {}
    for entry in entries:
        by_rule.setdefault(_rule_of(entry), []).append(entry)
    products = tuple(PRODUCTS)
    definitions = [entry.definition for entry in entries]
    return Plan(
        entries=entries,
        tables=tuple(tables.values()),
        slots=slots,
        families={rule: _family(found) for rule, found in by_rule.items() if rule in CELL_RULES},
        singles={rule: tuple(found) for rule, found in by_rule.items() if rule not in CELL_RULES},
        distinct=_distinct_groups(by_rule["distinct"]),
        products=products,
        product_of=_ints(
            products.index(one.source) if one.source else len(products) for one in definitions
        ),
        history=_ints(one.history_months for one in definitions),
        dated_in_period=np.array([one.dated_in_period for one in definitions], np.bool_),
        last_state=np.array([one.calculation.last_state for one in definitions], np.bool_),
        fresh=np.array([one.window.days > 0 for one in definitions], np.bool_),
        day_window=_ints(one.window.days for one in definitions),
    )


def _entry(number: int, definition: Definition, tables: dict[TableKey, TablePlan]) -> Entry:
    how = definition.calculation
    if not how.product or how.table == SNAPSHOT:
        return Entry(number, definition, None)
    key = (how.product, how.table, how.date)
    table = tables.setdefault(key, TablePlan(key))
    begin, end = edges_of(definition.window)
    slot = table.slot(how.where, how.value, how.by)
    base = -1
    if how.base_where is not None:
        base = table.slot(how.base_where, how.base_value, None)
        if how.agg == "shared_cnt":
            base = table.slot(how.base_where, None, how.by)
    return Entry(number, definition, table, slot, base, begin, end)


def _rule_of(entry: Entry) -> str:
    """Rows of months, of which a day has one sum, need not be looked at one by one."""
    how = entry.definition.calculation
    if how.agg not in BY_MONTH:
        return how.agg
    dated = PRODUCTS[how.product].find(f"{how.table}.{how.date}")
    by_month = dated is not None and dated.kind == "month"
    return f"{how.agg}_of_months" if by_month else how.agg


def _distinct_groups(entries: list[Entry]) -> tuple[DistinctGroup, ...]:
    groups: dict[tuple[int, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.row, entry.end), []).append(entry)
    return tuple(
        DistinctGroup(
            found[0],
            _ints(entry.number for entry in found),
            _ints(entry.begin for entry in found),
        )
        for found in groups.values()
    )


def _family(entries: list[Entry]) -> Family:
    how = [entry.definition.calculation for entry in entries]
    scales = [scale_of(entry.definition) for entry in entries]
    return Family(
        number=_ints(entry.number for entry in entries),
        row=_ints(entry.row for entry in entries),
        base_row=_ints(entry.base_row for entry in entries),
        begin=_ints(entry.begin for entry in entries),
        end=_ints(entry.end for entry in entries),
        months=_ints(entry.definition.window.months for entry in entries),
        offset=_ints(one.offset for one in how),
        has_value=np.array([one.value is not None for one in how], np.bool_),
        series=np.array([one.series for one in how], np.bool_),
        multiply=_ints(scale[0] for scale in scales),
        divide=_ints(scale[1] for scale in scales),
    )


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int64)
