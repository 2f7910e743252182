"""All invoice indicators of a firm as of a day, exactly: integers in, scaled integers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import isqrt

from puhui.columns import EPOCH_ORDINAL, InvoiceColumns, day_number
from risk.domain.indicators.definition import Definition
from risk.domain.indicators.grid import INVOICE_DEFINITIONS
from risk.domain.indicators.invoice_tables import DirectionTables, Parties, invoice_tables
from risk.domain.indicators.months import AsOf, month_index
from risk.domain.indicators.values import IndicatorValue, State, Values, rounded_ratio

STALE_AFTER_DAYS = 15
"""A document may end so many days before the last full month does; an older one is stale."""
FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class _Place:
    """What an aggregate function looks at: one direction's tables through one definition."""

    definition: Definition
    tables: DirectionTables
    as_of: AsOf

    @property
    def months(self) -> slice:
        """The months of the window in a monthly table."""
        return slice(1, self.definition.window.months + 1)

    @property
    def levels(self) -> list[int]:
        """The measure's months: net amounts in 分, or numbers of invoices."""
        amounts = self.definition.measure.endswith("valid_amt")
        return (self.tables.net if amounts else self.tables.blue)[self.months]

    @property
    def unit_size(self) -> int:
        """How many table units make one unit of the indicator: 100 分 are one yuan."""
        return FEN_PER_YUAN if self.definition.measure.endswith("valid_amt") else 1

    @property
    def parties(self) -> Parties:
        """The counterparties of the window."""
        return self.tables.parties[self.definition.window]


def invoice_indicators(columns: InvoiceColumns, as_of: AsOf) -> Values:
    """Compute every indicator of the invoice grid from a readable document."""
    if columns.period_to < as_of.last_day - timedelta(days=STALE_AFTER_DAYS):
        return indicators_without(State.STALE)
    tables = invoice_tables(columns, as_of)
    values: dict[str, IndicatorValue] = {}
    for definition in INVOICE_DEFINITIONS:
        if columns.period_from > as_of.first_day(definition.history_months):
            values[definition.id] = IndicatorValue(State.MISSING)
            continue
        direction = definition.measure.partition("_")[0]
        place = _Place(definition, tables[direction], as_of)
        scaled = _AGGREGATES[definition.agg](place)
        values[definition.id] = IndicatorValue.of(scaled, definition.decimals)
    return values


def indicators_without(state: State) -> Values:
    """Every invoice indicator when there is no readable document."""
    return {definition.id: IndicatorValue(state) for definition in INVOICE_DEFINITIONS}


def _sum(place: _Place) -> int | None:
    return rounded_ratio(sum(place.levels), place.unit_size, place.definition.decimals)


def _average(place: _Place) -> int | None:
    months = place.definition.window.months
    return rounded_ratio(sum(place.levels), place.unit_size * months, place.definition.decimals)


def _largest(place: _Place) -> int | None:
    return rounded_ratio(max(place.levels), place.unit_size, place.definition.decimals)


def _variation(place: _Place) -> int | None:
    """cv² = (nΣx² − (Σx)²) / (Σx)², so its root is exact in integers."""
    levels, scale = place.levels, 10**place.definition.decimals
    total = sum(levels)
    if len(levels) < 2 or total <= 0:
        return None
    spread = len(levels) * sum(level * level for level in levels) - total * total
    doubled = isqrt(4 * scale * scale * spread // (total * total))
    return (doubled + 1) // 2


def _reversal_count(place: _Place) -> int | None:
    tables, months = place.tables, place.months
    blue, red, void = sum(tables.blue[months]), sum(tables.red[months]), sum(tables.void[months])
    if place.definition.measure.endswith("red"):
        return rounded_ratio(red, blue + red, place.definition.decimals)
    return rounded_ratio(void, blue + red + void, place.definition.decimals)


def _reversal_amount(place: _Place) -> int | None:
    tables, months = place.tables, place.months
    blue, red = sum(tables.blue_fen[months]), sum(tables.red_fen[months])
    if place.definition.measure.endswith("red"):
        return rounded_ratio(red, blue, place.definition.decimals)
    void = sum(tables.void_fen[months])
    return rounded_ratio(void, blue + red + void, place.definition.decimals)


def _distinct(place: _Place) -> int | None:
    return place.parties.active


def _top(largest: int) -> Callable[[_Place], int | None]:
    def share(place: _Place) -> int | None:
        positive = place.parties.positive
        return rounded_ratio(sum(positive[:largest]), sum(positive), place.definition.decimals)

    return share


def _concentration(place: _Place) -> int | None:
    positive = place.parties.positive
    total = sum(positive)
    squares = sum(amount * amount for amount in positive)
    return rounded_ratio(squares, total * total, place.definition.decimals)


def _new_share(place: _Place) -> int | None:
    parties = place.parties
    return rounded_ratio(parties.new, sum(parties.positive), place.definition.decimals)


def _growth(place: _Place) -> int | None:
    """Growth on nothing, or on a negative sum, says nothing."""
    months = place.definition.window.months
    now, before = sum(place.levels), sum(place.tables.net[months + 1 : 2 * months + 1])
    if before <= 0:
        return None
    return rounded_ratio(now - before, before, place.definition.decimals)


def _longest_gap(place: _Place) -> int | None:
    first = day_number(place.as_of.first_day(place.definition.window.months))
    last = day_number(place.as_of.last_day)
    days = [day for day in place.tables.blue_days if first <= day <= last]
    edges = [first - 1, *days, last + 1]
    return max(later - earlier - 1 for earlier, later in pairwise(edges))


def _zero_months(place: _Place) -> int | None:
    return sum(1 for number in place.levels if number == 0)


def _active_months(place: _Place) -> int | None:
    return sum(1 for number in place.levels if number > 0)


def _days_since_last(place: _Place) -> int | None:
    days = place.tables.blue_days
    return day_number(place.as_of.day) - days[-1] if days else None


def _history(place: _Place) -> int | None:
    days = place.tables.blue_days
    if not days:
        return 0
    first = date.fromordinal(days[0] + EPOCH_ORDINAL)
    return month_index(place.as_of.day) - month_index(first)


_AGGREGATES: Mapping[str, Callable[[_Place], int | None]] = {
    "sum": _sum,
    "avg_m": _average,
    "max_m": _largest,
    "cv": _variation,
    "cnt_rate": _reversal_count,
    "amt_rate": _reversal_amount,
    "distinct": _distinct,
    "top1": _top(1),
    "top5": _top(5),
    "hhi": _concentration,
    "new_share": _new_share,
    "mom": _growth,
    "qoq": _growth,
    "hoh": _growth,
    "yoy": _growth,
    "max_gap_day": _longest_gap,
    "zero_month": _zero_months,
    "active_month": _active_months,
    "days_since_last": _days_since_last,
    "history_month": _history,
}
