"""Rules that read a document's snapshot, and those that set indicators against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from puhui.columns import EPOCH_ORDINAL, FactColumns
from puhui.fact_schemas import PRODUCTS
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.moment import Moment
from risk.domain.indicators.months import full_months
from risk.domain.indicators.plan import Entry
from risk.domain.indicators.result import Result
from risk.domain.indicators.row_rules import Missing
from risk.domain.indicators.scale import scale_of
from risk.domain.indicators.table import snapshot_of
from risk.domain.indicators.values import rounded

Snapshot = Mapping[str, Any]


def fill_snapshots(
    singles: Mapping[str, tuple[Entry, ...]],
    columns: Mapping[str, FactColumns],
    moment: Moment,
    result: Result,
) -> None:
    """Read every indicator off the snapshot of its document; no snapshot is missing."""
    snapshots = {product: snapshot_of(found) for product, found in columns.items()}
    for rule, compute in SNAPSHOT_RULES.items():
        for entry in singles.get(rule, ()):
            if not result.wanted(entry.number):
                continue
            snapshot = snapshots.get(entry.definition.source)
            try:
                if snapshot is None:
                    raise Missing
                result.put(entry.number, compute(snapshot, entry.definition, moment))
            except Missing:
                result.miss(entry.number)


def _number(snapshot: Snapshot, definition: Definition, name: str | None) -> int:
    """A field as an integer: 1 or 0 for a flag, the place from 1 for a code."""
    value = snapshot[name or ""]
    if value is None:
        raise Missing
    field = PRODUCTS[definition.source].snapshot[name or ""]
    return int(value) + 1 if field.kind == "code" else int(value)


def _field(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    multiply, divide = scale_of(definition)
    value = _number(snapshot, definition, definition.calculation.value)
    return rounded(value * multiply, divide)


def _ratio(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    how = definition.calculation
    multiply, divide = scale_of(definition)
    top = _number(snapshot, definition, how.value)
    whole = _number(snapshot, definition, how.base_value)
    return rounded(top * multiply, max(whole, 0) * divide)


def _difference(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    """Both fields are amounts in 分, as the value is."""
    how = definition.calculation
    return _number(snapshot, definition, how.value) - _number(snapshot, definition, how.base_value)


def _months(snapshot: Snapshot, definition: Definition, moment: Moment) -> tuple[date, date]:
    then = _number(snapshot, definition, definition.calculation.value)
    return date.fromordinal(then + EPOCH_ORDINAL), moment.as_of.day


def _months_since(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    then, now = _months(snapshot, definition, moment)
    return None if then > now else full_months(then, now)


def _months_until(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    then, now = _months(snapshot, definition, moment)
    return full_months(now, then) if then > now else 0


def _year_lag(snapshot: Snapshot, definition: Definition, moment: Moment) -> int | None:
    year = _number(snapshot, definition, definition.calculation.value)
    return max(moment.as_of.day.year - year, 0)


SNAPSHOT_RULES: Final[Mapping[str, Callable[[Snapshot, Definition, Moment], int | None]]] = {
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
