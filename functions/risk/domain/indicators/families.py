"""Rules that follow from the matrices: each takes all its indicators at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import isqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.domain.indicators.cells import Cells, months_of
from risk.domain.indicators.moment import MONTHS
from risk.domain.indicators.plan import Entry, Family, Plan
from risk.domain.indicators.result import MISSING, OK, Result, times


@dataclass(eq=False)
class Matrices:
    """The cells, with what several families need made once."""

    cells: Cells

    @cached_property
    def month_counts(self) -> NDArray[np.int64]:
        """Rows by slot and month."""
        return months_of(self.cells.counts)

    @cached_property
    def month_sums(self) -> NDArray[Any]:
        """Sums by slot and month."""
        return months_of(self.cells.sums)

    @cached_property
    def active(self) -> NDArray[np.int64]:
        """Months with a row, from the last full month back."""
        return np.cumsum(self.month_counts > 0, axis=1)

    def window(self, matrix: NDArray[Any], family: Family, shift: Any = 0) -> NDArray[Any]:
        """What lies in each indicator's window, moved back by `shift` months."""
        row = family.row
        found: NDArray[Any] = matrix[row, family.end + shift] - matrix[row, family.begin + shift]
        return found

    def quantity(self, family: Family, shift: Any = 0) -> NDArray[Any]:
        """The window's sums, or its counts where there is no value."""
        sums = self.window(self.cells.sums, family, shift)
        return np.where(family.has_value, sums, self.window(self.cells.counts, family, shift))

    def monthly(self, matrix_of: Callable[[NDArray[Any]], NDArray[Any]], family: Family) -> Any:
        """A figure of the months' quantities up to each window's length."""
        each, last = np.arange(len(family.row)), family.months - 1
        sums = matrix_of(self.month_sums[family.row])[each, last]
        counts = matrix_of(self.month_counts[family.row])[each, last]
        return np.where(family.has_value, sums, counts)


def fill(plan: Plan, cells: Cells, result: Result) -> None:
    """Make every indicator of the families, and round all of them together.

    Whatever is missing, of other rules too, is marked first.
    """
    matrices, whole = Matrices(cells), plan.all_families
    _mark_missing(matrices, plan, result)
    found = [_FAMILIES[rule](matrices, family) for rule, family in plan.families.items()]
    top = np.concatenate([one[0] for one in found])
    bottom = np.concatenate([one[1] for one in found])
    result.put_all(whole.number, times(top, whole.multiply), times(bottom, whole.divide))


def _mark_missing(matrices: Matrices, plan: Plan, result: Result) -> None:
    """Something unknown in a window that counts, or a month of a series that is not there."""
    bads, strict, whole = matrices.cells.bads, plan.strict, plan.all_families
    if bads.any():
        spoilt = bads[strict.row, strict.end] > bads[strict.row, strict.begin]
        _miss(strict.number[spoilt], result)
        # A rate has a base and growth an earlier window.
        spoilt = bads[whole.base_row, whole.end] > bads[whole.base_row, whole.begin]
        end, begin = whole.end + whole.offset, whole.begin + whole.offset
        spoilt |= bads[whole.row, end] > bads[whole.row, begin]
        _miss(whole.number[spoilt], result)
    _miss(plan.series.number[_gaps(matrices, plan.series)], result)
    result.look()


def _miss(number: NDArray[np.int64], result: Result) -> None:
    result.states[number[result.states[number] == OK]] = MISSING


def _gaps(matrices: Matrices, family: Family) -> NDArray[np.bool_]:
    """Whether a month of the window, or of the one it is compared with, has no row."""
    active, row, months = matrices.active, family.row, family.months
    gaps = active[row, months - 1] < months
    moved = family.offset > 0
    last = np.where(moved, months + family.offset - 1, 0)
    first = np.where(moved, family.offset - 1, 0)
    found: NDArray[np.bool_] = gaps | (moved & (active[row, last] - active[row, first] < months))
    return found


Fraction = tuple[NDArray[Any], NDArray[Any]]


def _ones(family: Family) -> NDArray[np.int64]:
    return np.ones(len(family.number), np.int64)


def _count(matrices: Matrices, family: Family) -> Fraction:
    return matrices.window(matrices.cells.counts, family), _ones(family)


def _sum(matrices: Matrices, family: Family) -> Fraction:
    return matrices.window(matrices.cells.sums, family), _ones(family)


def _average(matrices: Matrices, family: Family) -> Fraction:
    return matrices.quantity(family), family.months


def _mean(matrices: Matrices, family: Family) -> Fraction:
    cells = matrices.cells
    return matrices.window(cells.sums, family), matrices.window(cells.counts, family)


def _largest(matrices: Matrices, family: Family) -> Fraction:
    found = matrices.monthly(lambda months: np.maximum.accumulate(months, axis=1), family)
    return found, _ones(family)


def _zero_months(matrices: Matrices, family: Family) -> Fraction:
    found = matrices.monthly(lambda months: np.cumsum(months == 0, axis=1), family)
    return found, _ones(family)


def _active_months(matrices: Matrices, family: Family) -> Fraction:
    return matrices.active[family.row, family.months - 1], _ones(family)


def _growth(matrices: Matrices, family: Family) -> Fraction:
    """Growth on nothing, or on a negative sum, says nothing."""
    now, before = matrices.quantity(family), matrices.quantity(family, family.offset)
    return now - before, np.where(before > 0, before, 0)


def _rate(matrices: Matrices, family: Family) -> Fraction:
    cells, base = matrices.cells, family.base_row
    sums = cells.sums[base, family.end] - cells.sums[base, family.begin]
    counts = cells.counts[base, family.end] - cells.counts[base, family.begin]
    whole = np.where(family.has_value, sums, counts)
    return matrices.quantity(family), np.where(whole > 0, whole, 0)


def _edge_months(matrices: Matrices, family: Family) -> tuple[Any, Any, NDArray[np.bool_]]:
    """The sums of the latest and of the earliest month of the window that has a row."""
    has = matrices.month_counts[family.row] > 0
    each = np.arange(len(family.row))
    places = np.where(has, np.arange(has.shape[1]), -1)
    latest = has.argmax(axis=1)
    earliest = np.maximum.accumulate(places, axis=1)[each, family.months - 1]
    sums = matrices.month_sums[family.row]
    return sums[each, latest], sums[each, np.maximum(earliest, 0)], earliest >= 0


def _last_of_months(matrices: Matrices, family: Family) -> Fraction:
    latest, _, any_row = _edge_months(matrices, family)
    return latest, any_row.astype(np.int64)


def _change_of_months(matrices: Matrices, family: Family) -> Fraction:
    latest, earliest, any_row = _edge_months(matrices, family)
    return latest - earliest, np.where(any_row & (earliest > 0), earliest, 0)


_FAMILIES: Final[Mapping[str, Callable[[Matrices, Family], Fraction]]] = {
    "cnt": _count,
    "sum": _sum,
    "avg_m": _average,
    "mean": _mean,
    "max_m": _largest,
    "zero_month": _zero_months,
    "active_month": _active_months,
    "growth": _growth,
    "rate": _rate,
    "last_of_months": _last_of_months,
    "change_of_months": _change_of_months,
}


def fill_variations(entries: tuple[Entry, ...], cells: Cells, result: Result) -> None:
    """cv² = (nΣx² − (Σx)²) / (Σx)², so its root is exact in integers; the windows share sums."""
    cumulated: dict[int, list[tuple[int, int]]] = {}
    for entry in entries:
        if not result.wanted(entry.number):
            continue
        if entry.row not in cumulated:
            valued = entry.definition.calculation.value is not None
            cumulated[entry.row] = _squared(cells.sums if valued else cells.counts, entry.row)
        months = entry.definition.window.months
        result.put(entry.number, _variation(*cumulated[entry.row][months - 1], months, entry))


def _squared(matrix: NDArray[Any], row: int) -> list[tuple[int, int]]:
    """The sum of the months and of their squares, from the last full month back."""
    edges = matrix[row, : MONTHS + 1].tolist()
    total, squares, found = 0, 0, []
    for later, earlier in pairwise(edges):
        total += later - earlier
        squares += (later - earlier) ** 2
        found.append((total, squares))
    return found


def _variation(total: int, squares: int, months: int, entry: Entry) -> int | None:
    if months < 2 or total <= 0:
        return None
    scale = 10**entry.definition.decimals
    spread = months * squares - total * total
    return (isqrt(4 * scale * scale * spread // (total * total)) + 1) // 2
