"""工商 REG: the firm in the business register; 66 indicators."""

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
from risk.domain.indicators.terms import ALL, CNT, Term

REGISTRATION: Final = "registration/1"
SNAPSHOT_PLACES: Final = (
    SnapshotPlace(
        Term("status", "登记状态（1存续）", "status, 1 is active"), "field", Unit.LEVEL, "status"
    ),
    SnapshotPlace(
        Term("kind", "主体类型序号", "kind of entity, by its code"), "field", Unit.LEVEL, "kind"
    ),
    SnapshotPlace(
        Term("age", "成立月数", "months since founding"),
        "months_since",
        Unit.MONTH,
        "established_on",
    ),
    SnapshotPlace(
        Term("approved_age", "最近核准距今月数", "months since the last approval"),
        "months_since",
        Unit.MONTH,
        "approved_on",
    ),
    SnapshotPlace(
        Term("term_left", "营业期限剩余月数", "months left of the term"),
        "months_until",
        Unit.MONTH,
        "term_to",
    ),
    SnapshotPlace(
        Term("registered_capital", "注册资本", "registered capital"),
        "field",
        Unit.YUAN,
        "registered_capital_fen",
    ),
    SnapshotPlace(
        Term("paid_in_capital", "实缴资本", "paid-in capital"),
        "field",
        Unit.YUAN,
        "paid_in_capital_fen",
    ),
    SnapshotPlace(
        Term("paid_in_rate", "实缴比例", "paid-in share of the capital"),
        "ratio",
        Unit.RATIO,
        "paid_in_capital_fen",
        "registered_capital_fen",
    ),
    SnapshotPlace(
        Term("insured", "年报参保人数", "insured staff in the yearly report"),
        "field",
        Unit.COUNT,
        "insured_count",
    ),
    SnapshotPlace(
        Term("employees", "年报从业人数", "staff in the yearly report"),
        "field",
        Unit.COUNT,
        "employee_count",
    ),
    SnapshotPlace(
        Term("insured_rate", "年报参保率", "insured share of the staff"),
        "ratio",
        Unit.RATIO,
        "insured_count",
        "employee_count",
    ),
    SnapshotPlace(
        Term("report_lag", "年报滞后年数", "years since the last yearly report"),
        "year_lag",
        Unit.YEAR,
        "last_report_year",
    ),
    SnapshotPlace(
        Term("micro_firm", "在小微企业名录", "is in the register of micro firms"),
        "field",
        Unit.FLAG,
        "micro_firm",
    ),
    SnapshotPlace(
        Term("high_tech", "高新技术企业", "is a high-tech firm"), "field", Unit.FLAG, "high_tech"
    ),
)
CHANGES: Final = (
    Term("legal_person", "法定代表人", "legal person"),
    Term("shareholder", "股东", "shareholders"),
    Term("capital", "注册资本", "capital"),
    Term("address", "住所", "address"),
    Term("scope", "经营范围", "scope"),
    Term("executive", "高管", "executives"),
)
RELATIONS: Final = (
    Term("investment", "对外投资", "investments"),
    Term("branch", "分支机构", "branches"),
    Term("affiliate", "关联企业", "affiliates"),
    Term("legal_person_post", "法定代表人任职", "posts of the legal person"),
)
ANOMALIES: Final = (
    Term("abnormal_operation", "经营异常", "abnormal operation"),
    Term("serious_illegal", "严重违法失信", "serious illegality"),
    Term("penalty", "行政处罚", "penalties"),
    Term("pledge", "股权出质", "share pledges"),
    Term("freeze", "股权冻结", "share freezes"),
    Term("chattel_mortgage", "动产抵押", "chattel mortgages"),
)


def registration_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    yield from snapshot_grid("ent", "reg", REGISTRATION, SNAPSHOT_PLACES)
    yield from _shareholders()
    changes = _rows("changes", "changed_on")
    measure = Term("change", "变更", "changes")
    windows = (Window.L3M, Window.L6M, Window.L12M, Window.L24M)
    for kind, window in product(CHANGES, windows):
        place = Place(measure, kind, window, CNT)
        conditions = (among("kind", kind.code),)
        yield changes.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
    yield from _network()
    yield from _anomalies()


def _rows(table: str, date: str | None) -> Rows:
    how = Calculation(agg="", product=REGISTRATION, table=table, date=date, last_state=date is None)
    return Rows("ent", "reg", how)


def _shareholders() -> Iterator[Definition]:
    rows = _rows("shareholders", None)
    holder = Term("shareholder", "股东", "shareholders")
    yield rows.place(
        Place(holder, ALL, Window.NOW, Term("cnt", "数", "number")), Unit.COUNT, agg="cnt"
    )
    firm = Term("firm", "企业", "firms")
    yield rows.place(
        Place(holder, firm, Window.NOW, Term("cnt", "数", "number")),
        Unit.COUNT,
        conditions=(among("kind", "firm"),),
        agg="cnt",
    )
    yield rows.place(
        Place(holder, ALL, Window.NOW, Term("top1", "第一大持股比例", "largest share")),
        Unit.RATIO,
        agg="max",
        value="share_bps",
    )
    person = Term("person", "自然人", "persons")
    yield rows.place(
        Place(holder, person, Window.NOW, Term("share", "持股比例合计", "shares together")),
        Unit.RATIO,
        conditions=(among("kind", "person"),),
        agg="sum",
        value="share_bps",
    )


def _network() -> Iterator[Definition]:
    rows = _rows("network", None)
    measure = Term("network", "", "related firms")
    for relation in RELATIONS:
        every = (among("relation", relation.code),)
        place = Place(measure, relation, Window.NOW, Term("cnt", "数", "number"))
        yield rows.place(place, Unit.COUNT, conditions=every, agg="cnt")
        share = Term("cancelled_share", "吊销注销占比", "share revoked or cancelled")
        yield rows.place(
            Place(measure, relation, Window.NOW, share),
            Unit.RATIO,
            conditions=(*every, among("status", "revoked", "cancelled")),
            agg="rate",
            base_where=every,
        )
        abnormal = Term("abnormal_cnt", "列入异常数", "number listed as abnormal")
        yield rows.place(
            Place(measure, relation, Window.NOW, abnormal),
            Unit.COUNT,
            conditions=(*every, among("abnormal", True)),
            agg="cnt",
        )


def _anomalies() -> Iterator[Definition]:
    rows = _rows("anomalies", "listed_on")
    for kind in ANOMALIES:
        conditions = (among("kind", kind.code),)
        now = Place(Term("anomaly", "未移出", "listed"), kind, Window.NOW, CNT)
        yield rows.place(
            now, Unit.COUNT, conditions=(*conditions, not_ended("removed_on")), agg="cnt"
        )
        past = Place(Term("anomaly", "列入", "listed"), kind, Window.L24M, CNT)
        yield rows.place(past, Unit.COUNT, conditions=conditions, agg="cnt")
