"""The invoice grid (INV): 130 indicators as products of declared dimensions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product
from types import MappingProxyType

from puhui.contracts.facts import INVOICE_SCHEMA
from risk.domain.indicators.definition import DECIMALS, Definition, Unit
from risk.domain.indicators.months import Window
from risk.domain.indicators.naming import names

DIRECTIONS = ("out", "in")
AMOUNT_FIELDS = ("direction", "issued_on", "amount_fen", "status")
PARTY_FIELDS = (*AMOUNT_FIELDS, "counterparty")
LEVEL_WINDOWS = (Window.L1M, Window.L3M, Window.L6M, Window.L12M, Window.L24M)
LEVEL_RULES = {
    "sum": "the window's months added up",
    "avg_m": "the window's sum divided by its months",
    "max_m": "the largest month of the window",
    "cv": "population standard deviation of the months over their mean; needs two months and a "
    "positive mean",
}
MEASURE_RULES = {
    "valid_amt": "net amount without tax of valid invoices, red-letter invoices subtracted; ",
    "valid_cnt": "number of valid invoices that are not red-letter; ",
}
REVERSAL_WINDOWS = (Window.L3M, Window.L6M, Window.L12M)
REVERSAL_RULES = {
    ("red", "cnt_rate"): "valid red-letter invoices over all valid invoices",
    ("red", "amt_rate"): "absolute red-letter amount over the amount of other valid invoices",
    ("void", "cnt_rate"): "void invoices over all invoices",
    ("void", "amt_rate"): "absolute void amount over the absolute amount of all invoices",
}
PARTY_WINDOWS = (Window.L6M, Window.L12M)
PARTY_RULES = {
    "distinct": "counterparties with a valid invoice that is not red-letter",
    "top1": "largest counterparty's share of the net amounts that are positive",
    "top5": "five largest counterparties' share of the net amounts that are positive",
    "hhi": "sum of squared shares of the net amounts that are positive",
    "new_share": "share of the positive net amounts with counterparties not seen before the window",
}
GROWTHS = {"mom": Window.L1M, "qoq": Window.L3M, "hoh": Window.L6M, "yoy": Window.L12M}
GAPS: dict[str, tuple[Window, Unit, str]] = {
    "max_gap_day": (
        Window.L12M,
        Unit.DAY,
        "longest run of days without a valid invoice that is not red-letter",
    ),
    "zero_month": (
        Window.L12M,
        Unit.MONTH,
        "months without a valid invoice that is not red-letter",
    ),
    "days_since_last": (
        Window.NOW,
        Unit.DAY,
        "days from the last valid invoice that is not red-letter to the day",
    ),
}
STABILITIES: dict[str, tuple[Window, Unit, str]] = {
    "active_month": (
        Window.L24M,
        Unit.MONTH,
        "months with a valid invoice that is not red-letter",
    ),
    "history_month": (
        Window.NOW,
        Unit.MONTH,
        "full months from the month of the first valid invoice that is not red-letter",
    ),
}
MISSING_POLICY = "adverse"
"""Whoever uses an indicator treats one without a value as at least as bad as any value."""
SENSITIVITY = 3


def invoice_definitions() -> Iterator[Definition]:
    """All places of the grid, in its order."""
    for direction, measure, window, agg in product(
        DIRECTIONS, ("valid_amt", "valid_cnt"), LEVEL_WINDOWS, ("sum", "avg_m", "max_m", "cv")
    ):
        rule = MEASURE_RULES[measure] + LEVEL_RULES[agg]
        yield _define(direction, measure, window, agg, _level_unit(measure, agg), rule)
    for measure, agg, window in product(
        ("red", "void"), ("cnt_rate", "amt_rate"), REVERSAL_WINDOWS
    ):
        yield _define("out", measure, window, agg, Unit.RATIO, REVERSAL_RULES[measure, agg])
    for direction, agg, window in product(DIRECTIONS, PARTY_RULES, PARTY_WINDOWS):
        unit = Unit.COUNT if agg == "distinct" else Unit.RATIO
        # What is new can be told only where as much history lies before the window.
        reach = 2 if agg == "new_share" else 1
        yield _define(direction, "party", window, agg, unit, PARTY_RULES[agg], reach=reach)
    for direction, (agg, window) in product(DIRECTIONS, GROWTHS.items()):
        rule = MEASURE_RULES["valid_amt"] + "the window over the window before it, minus one"
        yield _define(direction, "valid_amt", window, agg, Unit.RATIO, rule, reach=2)
    for direction, (agg, (window, unit, rule)) in product(
        DIRECTIONS, {**GAPS, **STABILITIES}.items()
    ):
        yield _define(direction, "valid", window, agg, unit, rule)


def _define(
    direction: str,
    measure: str,
    window: Window,
    agg: str,
    unit: Unit,
    rule: str,
    *,
    reach: int = 1,
) -> Definition:
    words = names(direction, measure, window, agg)
    return Definition(
        subject="ent",
        domain="inv",
        measure=f"{direction}_{measure}",
        filter="all",
        window=window,
        agg=agg,
        unit=unit,
        decimals=DECIMALS[Unit.RATIO if (unit, agg) == (Unit.COUNT, "avg_m") else unit],
        name_zh=words.zh,
        name_en=words.en,
        source=INVOICE_SCHEMA,
        fields=PARTY_FIELDS if measure == "party" else AMOUNT_FIELDS,
        rule=rule,
        missing_policy=MISSING_POLICY,
        history_months=window.months * reach,
        sensitivity=SENSITIVITY,
    )


def _level_unit(measure: str, agg: str) -> Unit:
    if agg == "cv":
        return Unit.RATIO
    return Unit.YUAN if measure == "valid_amt" else Unit.COUNT


INVOICE_DEFINITIONS: tuple[Definition, ...] = tuple(invoice_definitions())
DEFINITIONS = MappingProxyType({definition.id: definition for definition in INVOICE_DEFINITIONS})
"""The library: every indicator by its name."""
LIBRARY_SHA256 = hashlib.sha256(
    "\n".join(f"{one.id} {one.version}" for one in INVOICE_DEFINITIONS).encode()
).hexdigest()
"""Pins the definition of every indicator in one hash."""
