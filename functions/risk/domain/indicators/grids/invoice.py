"""发票 INV: every VAT invoice of the firm, sales and purchases; 130 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import Place, Rows, among, at_least, below
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import (
    ALL,
    AVG_M,
    CV,
    DISTINCT,
    HHI,
    MAX_M,
    SUM,
    TOP1,
    TOP5,
    Term,
)

INVOICES: Final = Rows(
    "ent", "inv", Calculation(agg="", product="invoice/1", table="rows", date="issued_on")
)
DIRECTIONS: Final = (Term("out", "销项", "output"), Term("in", "进项", "input"))
VALID_AMT: Final = Term("valid_amt", "有效发票金额", "valid invoice amount")
VALID_CNT: Final = Term("valid_cnt", "有效发票张数", "number of valid invoices")
VALID: Final = Term("valid", "有效发票", "valid invoices")
PARTY: Final = Term("party", "交易对手", "counterparties")
LEVEL_WINDOWS: Final = (Window.L1M, Window.L3M, Window.L6M, Window.L12M, Window.L24M)
REVERSALS: Final = (
    Term("red", "红字发票", "red-letter invoices"),
    Term("void", "作废发票", "void invoices"),
)
CNT_RATE: Final = Term("cnt_rate", "张数占比", "share by number")
AMT_RATE: Final = Term("amt_rate", "金额占比", "share by amount")
NEW_SHARE: Final = Term("new_share", "新增占比", "share of new ones")
GROWTHS: Final = (
    (Term("mom", "环比增长率", "growth on the month before"), Window.L1M),
    (Term("qoq", "较前3个月增长率", "growth on the three months before"), Window.L3M),
    (Term("hoh", "较前6个月增长率", "growth on the six months before"), Window.L6M),
    (Term("yoy", "同比增长率", "growth on the year before"), Window.L12M),
)
GAPS: Final = (
    (Term("max_gap_day", "最大连续未开票天数", "longest gap in days"), Window.L12M, Unit.DAY),
    (Term("zero_month", "断票月数", "months without any"), Window.L12M, Unit.MONTH),
    (Term("days_since_last", "距最近一张天数", "days since the last"), Window.NOW, Unit.DAY),
    (Term("active_month", "有票月数", "months with any"), Window.L24M, Unit.MONTH),
    (Term("history_month", "首票至今月数", "months since the first"), Window.NOW, Unit.MONTH),
)


def invoice_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    yield from _levels()
    yield from _reversals()
    yield from _parties()
    for side, (agg, window) in product(DIRECTIONS, GROWTHS):
        place = Place(side + VALID_AMT, ALL, window, agg)
        yield INVOICES.place(
            place,
            Unit.RATIO,
            conditions=_valid(side),
            agg="growth",
            value="amount_fen",
            offset=window.months,
        )
    for side, (agg, window, unit) in product(DIRECTIONS, GAPS):
        place = Place(side + VALID, ALL, window, agg)
        yield INVOICES.place(place, unit, conditions=_blue(side), agg=agg.code)


def _valid(side: Term) -> tuple[Any, ...]:
    """Valid invoices; red-letter ones have negative amounts and subtract themselves."""
    return (among("direction", side.code), among("status", "valid"))


def _blue(side: Term) -> tuple[Any, ...]:
    """Valid invoices that are not red-letter."""
    return (*_valid(side), at_least("amount_fen", 0))


def _levels() -> Iterator[Definition]:
    for side, window in product(DIRECTIONS, LEVEL_WINDOWS):
        for agg in (SUM, AVG_M, MAX_M, CV):
            unit = Unit.RATIO if agg is CV else Unit.YUAN
            place = Place(side + VALID_AMT, ALL, window, agg)
            yield INVOICES.place(
                place, unit, conditions=_valid(side), agg=agg.code, value="amount_fen"
            )
        for agg in (SUM, AVG_M, MAX_M, CV):
            unit = Unit.RATIO if agg is CV else Unit.COUNT
            rule = "cnt" if agg is SUM else agg.code
            place = Place(side + VALID_CNT, ALL, window, agg)
            decimals = 4 if agg is AVG_M else None
            yield INVOICES.place(place, unit, decimals=decimals, conditions=_blue(side), agg=rule)


def _reversals() -> Iterator[Definition]:
    out = DIRECTIONS[0]
    red = (*_valid(out), below("amount_fen", 0))
    void = (among("direction", "out"), among("status", "void"))
    every = (among("direction", "out"),)
    wheres = {
        ("red", "cnt_rate"): (red, _valid(out)),
        ("red", "amt_rate"): (red, _blue(out)),
        ("void", "cnt_rate"): (void, every),
        ("void", "amt_rate"): (void, every),
    }
    windows = (Window.L3M, Window.L6M, Window.L12M)
    for measure, agg, window in product(REVERSALS, (CNT_RATE, AMT_RATE), windows):
        conditions, base = wheres[measure.code, agg.code]
        value = "magnitude_fen" if agg is AMT_RATE else None
        yield INVOICES.place(
            Place(out + measure, ALL, window, agg),
            Unit.RATIO,
            conditions=conditions,
            agg="rate",
            value=value,
            base_where=base,
            base_value=value,
        )


def _parties() -> Iterator[Definition]:
    for side, window in product(DIRECTIONS, (Window.L6M, Window.L12M)):
        yield INVOICES.place(
            Place(side + PARTY, ALL, window, DISTINCT),
            Unit.COUNT,
            conditions=_blue(side),
            agg="distinct",
            by="counterparty",
        )
        for agg, rule, constant in (
            (TOP1, "top_share", 1),
            (TOP5, "top_share", 5),
            (HHI, "hhi", 0),
        ):
            yield INVOICES.place(
                Place(side + PARTY, ALL, window, agg),
                Unit.RATIO,
                conditions=_valid(side),
                agg=rule,
                value="amount_fen",
                by="counterparty",
                constant=constant,
            )
        # What is new can be told only where as much history lies before the window.
        yield INVOICES.place(
            Place(side + PARTY, ALL, window, NEW_SHARE),
            Unit.RATIO,
            conditions=_valid(side),
            agg="new_share",
            value="amount_fen",
            by="counterparty",
            base_where=_blue(side),
            offset=window.months,
        )
