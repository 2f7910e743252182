"""水电气 UTL: what the premises use and pay; 36 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import (
    Place,
    Rows,
    SnapshotPlace,
    among,
    not_ended,
    snapshot_grid,
)
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, CNT, RATE, SUM, YOY, Term

UTILITY: Final = "utility/1"
BILLS: Final = Rows(
    "ent", "utl", Calculation(agg="", product=UTILITY, table="bills", date="month", series=True)
)
EVENTS: Final = Rows(
    "ent", "utl", Calculation(agg="", product=UTILITY, table="events", date="happened_on")
)
KINDS: Final = (
    Term("power", "电", "power"),
    Term("water", "水", "water"),
    Term("gas", "气", "gas"),
)
MEASURES: Final = (
    (Term("usage", "用量", "use"), Unit.ENERGY, "usage"),
    (Term("amount", "费用", "charges"), Unit.YUAN, "amount_fen"),
    (Term("arrears", "欠费", "arrears"), Unit.YUAN, "arrears_fen"),
)
MONTHS_OF_A_YEAR: Final = 12


def utility_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    windows = (Window.L3M, Window.L6M, Window.L12M)
    for kind, (measure, unit, value), window in product(KINDS, MEASURES, windows):
        place = Place(measure, kind, window, SUM)
        conditions = (among("kind", kind.code),)
        yield BILLS.place(place, unit, conditions=conditions, agg="sum", value=value)
    for kind in KINDS:
        yield BILLS.place(
            Place(MEASURES[0][0], kind, Window.L12M, YOY),
            Unit.RATIO,
            conditions=(among("kind", kind.code),),
            agg="growth",
            value="usage",
            offset=MONTHS_OF_A_YEAR,
        )
    yield from _events()
    yield from snapshot_grid(
        "ent",
        "utl",
        UTILITY,
        (
            SnapshotPlace(
                Term("load", "合同容量", "contracted load"), "field", Unit.KVA, "load_kva"
            ),
            SnapshotPlace(
                Term("opened_age", "用能开户月数", "months since the connection"),
                "months_since",
                Unit.MONTH,
                "opened_on",
            ),
        ),
    )


def _events() -> Iterator[Definition]:
    power = (among("kind", "power"),)
    yield BILLS.place(
        Place(Term("peak", "峰段用电", "peak power"), ALL, Window.L12M, RATE),
        Unit.RATIO,
        conditions=power,
        agg="rate",
        value="peak_usage",
        base_where=power,
        base_value="usage",
    )
    yield BILLS.place(
        Place(Term("unpaid", "未缴账单", "unpaid bills"), ALL, Window.L12M, CNT),
        Unit.COUNT,
        conditions=(not_ended("paid_on"),),
        agg="cnt",
        series=False,
    )
    yield EVENTS.place(
        Place(Term("load_change", "容量变更", "changes of the load"), ALL, Window.L12M, CNT),
        Unit.COUNT,
        conditions=(among("event", "load_change"),),
        agg="cnt",
    )
    yield EVENTS.place(
        Place(Term("stop", "停供", "cut off"), ALL, Window.L12M, Term("days", "天数", "days")),
        Unit.DAY,
        conditions=(among("event", "stop"),),
        agg="sum",
        value="days",
    )
