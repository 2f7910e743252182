"""本行关系 REL: what this bank knows of its customer; 73 indicators."""

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
    at_least,
    below,
    snapshot_grid,
)
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, AMT, CHANGE, CNT, Term

RELATIONSHIP: Final = "relationship/1"
KINDS: Final = (
    Term("demand", "活期", "demand deposits"),
    Term("term", "定期", "term deposits"),
    Term("wealth", "理财", "wealth products"),
)
BALANCES: Final = (
    (Term("avg_bal", "月日均余额平均", "average balance"), "avg_m", Unit.YUAN, "average_fen"),
    (Term("min_bal", "最低余额", "lowest balance"), "min", Unit.YUAN, "minimum_fen"),
    (CHANGE, "change", Unit.RATIO, "average_fen"),
)
ACTIVITIES: Final = (
    Term("login", "登录", "logins"),
    Term("transfer", "转账", "transfers"),
    Term("payroll", "代发", "wages"),
    Term("qr_pos", "收款码", "QR sales"),
)
REPAY_WINDOWS: Final = (Window.L3M, Window.L6M, Window.L12M, Window.L24M)
HOLDINGS: Final = (
    ("has_mobile_bank", "手机银行", "mobile banking"),
    ("has_payroll", "代发工资户", "payroll account"),
    ("has_qr_pos", "收款码", "QR code"),
    ("has_card", "信用卡", "credit card"),
    ("has_term", "定期存款", "term deposit"),
    ("has_wealth", "理财", "wealth product"),
    ("has_mortgage", "住房贷款", "mortgage"),
    ("has_biz_loan", "经营性贷款", "business loan"),
)

SNAPSHOT_PLACES: Final = (
    SnapshotPlace(
        Term("customer_age", "开户月数", "months as a customer"),
        "months_since",
        Unit.MONTH,
        "customer_since",
    ),
    SnapshotPlace(
        Term("products", "持有产品数", "products held"),
        "field",
        Unit.COUNT,
        "product_count",
    ),
    *(
        SnapshotPlace(Term(field, zh, f"has a {en}"), "field", Unit.FLAG, field)
        for field, zh, en in HOLDINGS
    ),
)


def relationship_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    balances = _rows("balances", "month", series=True)
    windows = (Window.L3M, Window.L6M, Window.L12M)
    for kind, window, (agg, rule, unit, value) in product(KINDS, windows, BALANCES):
        place = Place(Term("deposit", "", "deposits"), kind, window, agg)
        conditions = (among("kind", kind.code),)
        yield balances.place(place, unit, conditions=conditions, agg=rule, value=value)
    yield from _repayments()
    yield from snapshot_grid(
        "own",
        "rel",
        RELATIONSHIP,
        SNAPSHOT_PLACES,
    )
    activities = _rows("activities", "month")
    for kind, window in product(ACTIVITIES, (Window.L1M, Window.L3M)):
        conditions = (among("kind", kind.code),)
        place = Place(Term("activity", "", "activity"), kind, window, CNT)
        yield activities.place(place, Unit.COUNT, conditions=conditions, agg="sum", value="count")
        place = Place(Term("activity", "", "activity"), kind, window, AMT)
        yield activities.place(
            place, Unit.YUAN, conditions=conditions, agg="sum", value="amount_fen"
        )


def _rows(table: str, date: str, *, series: bool = False, last_state: bool = False) -> Rows:
    how = Calculation(
        agg="",
        product=RELATIONSHIP,
        table=table,
        date=date,
        series=series,
        last_state=last_state,
    )
    return Rows("own", "rel", how)


def _repayments() -> Iterator[Definition]:
    repayments = _rows("repayments", "due_on", last_state=True)
    utilisations = _rows("utilisations", "month", series=True)
    repay = Term("repay", "本行还款", "repayments to this bank")
    for window in REPAY_WINDOWS:
        yield repayments.place(
            Place(repay, ALL, window, Term("max_dpd", "最长逾期天数", "most days past due")),
            Unit.DAY,
            agg="max",
            value="days_past_due",
        )
        yield repayments.place(
            Place(repay, ALL, window, Term("cnt_dpd", "逾期次数", "number past due")),
            Unit.COUNT,
            conditions=(at_least("days_past_due", 1),),
            agg="cnt",
        )
        yield repayments.place(
            Place(repay, ALL, window, Term("cnt_early", "提前还款次数", "number early")),
            Unit.COUNT,
            conditions=(among("early", True),),
            agg="cnt",
        )
        yield repayments.place(
            Place(repay, ALL, window, Term("on_time_rate", "按期还款率", "share on time")),
            Unit.RATIO,
            conditions=(below("days_past_due", 1),),
            agg="rate",
            base_where=(),
        )
        yield utilisations.place(
            Place(repay, ALL, window, Term("util_avg", "平均额度使用率", "average use of limits")),
            Unit.RATIO,
            agg="rate",
            value="used_fen",
            base_where=(),
            base_value="limit_fen",
        )
