"""多头 MUL: where else the owner asked for credit; 135 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit, Where
from risk.domain.indicators.grid import Place, Rows, among
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, CNT, CNT_ORG, Term

QUERIES: Final = Rows(
    "own",
    "mul",
    Calculation(agg="", product="multi_lender/1", table="queries", date="queried_on"),
)
KEYS: Final = (
    Term("id", "证件号匹配多头申请", "credit applications by identity number"),
    Term("cell", "手机号匹配多头申请", "credit applications by mobile number"),
)
ORGANISATIONS: Final = (
    (Term("bank", "银行", "banks"), ("bank",)),
    (Term("nbank", "非银行机构", "non-banks"), ("micro", "cons_fin", "other_nbank")),
    (Term("micro", "小额贷款公司", "micro lenders"), ("micro",)),
    (Term("cons_fin", "消费金融公司", "consumer finance firms"), ("cons_fin",)),
    (ALL, ()),
)
WINDOWS: Final = (Window.D7, Window.D15, Window.L1M, Window.L3M, Window.L6M, Window.L12M)
HABIT_WINDOWS: Final = (Window.L3M, Window.L6M, Window.L12M)


def multi_lender_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    for key, (kind, codes), window in product(KEYS, ORGANISATIONS, WINDOWS):
        conditions: Where = (among("key", key.code),)
        if codes:
            conditions = (*conditions, among("org_kind", *codes))
        place = Place(key, kind, window, CNT)
        yield QUERIES.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
        place = Place(key, kind, window, CNT_ORG)
        yield QUERIES.place(place, Unit.COUNT, conditions=conditions, agg="distinct", by="org")
    by_id = (among("key", "id"),)
    for window in HABIT_WINDOWS:
        for term, field in (
            (Term("night", "夜间", "at night (23:00 to 6:00)"), "night"),
            (Term("weekend", "周末", "at weekends"), "weekend"),
        ):
            place = Place(KEYS[0], term, window, CNT)
            conditions = (*by_id, among(field, True))
            yield QUERIES.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
        for agg, unit in (
            (Term("min_gap", "最短间隔天数", "shortest gap in days"), Unit.DAY),
            (Term("max_gap", "最长间隔天数", "longest gap in days"), Unit.DAY),
            (Term("active_month", "有申请月数", "months with any"), Unit.MONTH),
        ):
            place = Place(KEYS[0], ALL, window, agg)
            yield QUERIES.place(place, unit, conditions=by_id, agg=agg.code)
