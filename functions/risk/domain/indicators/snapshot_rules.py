"""Rules that read a document's snapshot, and those that set indicators against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from puhui.columns import EPOCH_ORDINAL, FactColumns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.moment import Moment
from risk.domain.indicators.months import full_months
from risk.domain.indicators.plan import Entry
from risk.domain.indicators.result import Result
from risk.domain.indicators.row_rules import Missing, scaled
from risk.domain.indicators.table import snapshot_of
from risk.domain.indicators.values import rounded

Snapshot = Mapping[str, int | None]


def fill_snapshots(
    singles: Mapping[str, tuple[Entry, ...]],
    columns: Mapping[str, FactColumns],
    moment: Moment,
    result: Result,
) -> None:
    """Read every indicator off the snapshot of its document; no snapshot is missing."""
    snapshots = {product: numbers_of(found) for product, found in columns.items()}
    for rule, compute in SNAPSHOT_RULES.items():
        for entry in singles.get(rule, ()):
            if not result.wanted(entry.number):
                continue
            try:
                result.put(entry.number, compute(snapshots[entry.definition.source], entry, moment))
            except Missing:
                result.miss(entry.number)


def numbers_of(columns: FactColumns) -> Snapshot:
    """A snapshot's fields as integers: 1 or 0 for a flag, the place from 1 for a code."""
    fields = PRODUCTS[columns.product].snapshot
    return {
        name: value + 1 if fields[name].kind == "code" and value is not None else value
        for name, value in (snapshot_of(columns) or {}).items()
    }


def _number(snapshot: Snapshot, name: str | None) -> int:
    value = snapshot.get(name or "")
    if value is None:
        raise Missing
    return int(value)


def _field(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    return scaled(entry, _number(snapshot, entry.definition.calculation.value))


def _ratio(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    how = entry.definition.calculation
    top, whole = _number(snapshot, how.value), _number(snapshot, how.base_value)
    return scaled(entry, top, max(whole, 0))


def _difference(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    """Both fields are amounts in 分, as the value is."""
    how = entry.definition.calculation
    return _number(snapshot, how.value) - _number(snapshot, how.base_value)


def _months(snapshot: Snapshot, entry: Entry, moment: Moment) -> tuple[date, date]:
    then = _number(snapshot, entry.definition.calculation.value)
    return date.fromordinal(then + EPOCH_ORDINAL), moment.as_of.day


def _months_since(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    then, now = _months(snapshot, entry, moment)
    return None if then > now else full_months(then, now)


def _months_until(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    then, now = _months(snapshot, entry, moment)
    return full_months(now, then) if then > now else 0


def _year_lag(snapshot: Snapshot, entry: Entry, moment: Moment) -> int | None:
    year = _number(snapshot, entry.definition.calculation.value)
    return max(moment.as_of.day.year - year, 0)


SNAPSHOT_RULES: Final[Mapping[str, Callable[[Snapshot, Entry, Moment], int | None]]] = {
    "field": _field,
    "ratio": _ratio,
    "difference": _difference,
    "months_since": _months_since,
    "months_until": _months_until,
    "year_lag": _year_lag,
}


def fill_derived(
    singles: Mapping[str, tuple[Entry, ...]],
    places: Mapping[str, int],
    decimals: Mapping[str, int],
    result: Result,
) -> None:
    """Make the indicators that are made of indicators; the first operand without a value tells."""
    for rule, compute in DERIVED_RULES.items():
        for entry in singles.get(rule, ()):
            how = entry.definition.calculation
            numbers = [places[name] for name in how.operands]
            states = [int(result.states[number]) for number in numbers]
            broken = next((state for state in states if state), None)
            if broken is not None:
                result.states[entry.number] = broken
                continue
            most = max(decimals[name] for name in how.operands)
            values = [
                int(result.scaled[number]) * int(10 ** (most - decimals[name]))
                for name, number in zip(how.operands, numbers, strict=True)
            ]
            result.states[entry.number] = 0
            result.put(entry.number, compute(values, most, entry.definition.decimals))


Compute = Callable[[list[int], int, int], int | None]


def _op_ratio(values: list[int], most: int, decimals: int) -> int | None:
    return rounded(values[0] * int(10**decimals), max(values[1], 0))


def _op_gap(values: list[int], most: int, decimals: int) -> int | None:
    larger = max(values)
    return rounded(abs(values[0] - values[1]) * int(10**decimals), max(larger, 0))


def _op_difference(values: list[int], most: int, decimals: int) -> int | None:
    return rounded((values[0] - values[1]) * int(10**decimals), int(10**most))


def _op_min(values: list[int], most: int, decimals: int) -> int | None:
    return rounded(min(values) * int(10**decimals), int(10**most))


def _op_sum_ratio(values: list[int], most: int, decimals: int) -> int | None:
    return rounded(sum(values[:5]) * int(10**decimals), max(min(values[5:]), 0))


def _op_spread(values: list[int], most: int, decimals: int) -> int | None:
    return rounded((max(values) - min(values)) * int(10**decimals), max(*values, 0))


DERIVED_RULES: Final[Mapping[str, Compute]] = {
    "op_ratio": _op_ratio,
    "op_gap": _op_gap,
    "op_difference": _op_difference,
    "op_min": _op_min,
    "op_sum_ratio": _op_sum_ratio,
    "op_spread": _op_spread,
}
