"""征信 BUR: what the credit bureau says of the owner; 180 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit, Where
from risk.domain.indicators.grid import (
    Place,
    Rows,
    SnapshotPlace,
    among,
    at_least,
    not_ended,
    snapshot_grid,
)
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, AMT, CNT, CNT_ORG, CNT_PIECES, Term

BUREAU: Final = "bureau/1"
PAYMENTS: Final = Rows(
    "own", "bur", Calculation(agg="", product=BUREAU, table="payments", date="month")
)
QUERIES: Final = Rows(
    "own", "bur", Calculation(agg="", product=BUREAU, table="queries", date="queried_on")
)
ACCOUNTS: Final = Rows(
    "own", "bur", Calculation(agg="", product=BUREAU, table="accounts", last_state=True)
)
OVERDUE: Final = Term("overdue", "逾期", "overdue")
OTHER_LOANS: Final = ("mortgage", "consumer_loan", "farm_loan", "other_loan")
PRODUCTS: Final = (
    (ALL, ()),
    (Term("card", "信用卡", "card"), ("card",)),
    (Term("biz_loan", "经营性贷款", "business loan"), ("biz_loan",)),
    (Term("other_loan", "其他贷款", "other loan"), OTHER_LOANS),
)
SEVERITIES: Final = tuple(
    (Term(f"m{level}p", f"M{level}及以上", f"{level} or more periods"), level)
    for level in (1, 2, 3)
)
CNT_ACCT: Final = Term("cnt_acct", "账户数", "number of accounts")
CNT_MONTH: Final = Term("cnt_month", "月数", "number of months")
REASONS: Final = (
    (Term("loan", "贷款审批", "loan"), ("loan",)),
    (Term("card", "信用卡审批", "card"), ("card",)),
    (Term("guarantee", "担保资格审查", "guarantee"), ("guarantee",)),
    (ALL, ("loan", "card", "guarantee")),
)
QUERY_WINDOWS: Final = (Window.L1M, Window.L3M, Window.L6M, Window.L12M, Window.L24M)
LIABILITIES: Final = (
    (Term("card", "信用卡", "card"), "card"),
    (Term("biz", "经营性贷款", "business loans"), "biz_loan"),
    (Term("mortgage", "住房贷款", "mortgages"), "mortgage"),
    (Term("consumer", "消费贷款", "consumer loans"), "consumer_loan"),
    (Term("farm", "农户贷款", "farm loans"), "farm_loan"),
    (Term("guarantee", "对外担保", "guarantees given"), "guarantee"),
)
OPEN_ACCOUNT: Final = (
    not_ended("closed_on"),
    among("status", "normal", "overdue", "bad_debt", "frozen"),
)

SUMMARY_PLACES: Final = (
    SnapshotPlace(
        Term("history", "信用历史月数", "credit history in months"),
        "field",
        Unit.MONTH,
        "history_months",
    ),
    SnapshotPlace(
        Term("first_loan_age", "首笔贷款距今月数", "months since the first loan"),
        "months_since",
        Unit.MONTH,
        "first_loan_on",
    ),
    SnapshotPlace(
        Term("first_card_age", "首张信用卡距今月数", "months since the first card"),
        "months_since",
        Unit.MONTH,
        "first_card_on",
    ),
    SnapshotPlace(
        Term("housing_fund", "公积金缴存月数", "months of housing fund"),
        "field",
        Unit.MONTH,
        "housing_fund_months",
    ),
    SnapshotPlace(Term("bad_debt", "呆账笔数", "bad debts"), "field", Unit.COUNT, "bad_debt_count"),
    SnapshotPlace(
        Term("compensation", "代偿笔数", "debts paid by guarantors"),
        "field",
        Unit.COUNT,
        "compensation_count",
    ),
    SnapshotPlace(
        Term("disposal", "资产处置笔数", "disposed debts"),
        "field",
        Unit.COUNT,
        "disposal_count",
    ),
)


def bureau_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    yield from _overdue()
    yield from _queries()
    yield from _liabilities()
    yield from _summary()


def _overdue() -> Iterator[Definition]:
    windows = (Window.L3M, Window.L6M, Window.L12M, Window.L24M)
    for (kind, codes), (severity, level), window in product(PRODUCTS, SEVERITIES, windows):
        conditions: Where = (at_least("overdue_level", level),)
        if codes:
            conditions = (among("account_product", *codes), *conditions)
        term = severity if kind is ALL else kind + severity
        place = Place(OVERDUE, term, window, CNT_ACCT)
        yield PAYMENTS.place(
            place, Unit.COUNT, conditions=conditions, agg="distinct", by="account_no"
        )
        place = Place(OVERDUE, term, window, CNT_MONTH)
        yield PAYMENTS.place(place, Unit.MONTH, conditions=conditions, agg="active_month")


def _queries() -> Iterator[Definition]:
    measure = Term("queries", "查询", "queries")
    for (reason, codes), window in product(REASONS, QUERY_WINDOWS):
        conditions = (among("reason", *codes),)
        yield QUERIES.place(
            Place(measure, reason, window, CNT), Unit.COUNT, conditions=conditions, agg="cnt"
        )
        place = Place(measure, reason, window, CNT_ORG)
        yield QUERIES.place(place, Unit.COUNT, conditions=conditions, agg="distinct", by="org")


def _liabilities() -> Iterator[Definition]:
    measure = Term("liability", "未结清", "open accounts")
    amounts = (
        (Term("balance", "余额", "balance"), "balance_fen"),
        (Term("limit", "授信额度", "limit"), "limit_fen"),
    )
    for kind, code in LIABILITIES:
        conditions = (among("product", code), *OPEN_ACCOUNT)
        place = Place(measure, kind, Window.NOW, Term("cnt", "账户数", "number"))
        yield ACCOUNTS.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
        for agg, value in amounts:
            place = Place(measure, kind, Window.NOW, agg)
            yield ACCOUNTS.place(place, Unit.YUAN, conditions=conditions, agg="sum", value=value)
        place = Place(measure, kind, Window.NOW, Term("use_rate", "额度使用率", "use of the limit"))
        yield ACCOUNTS.place(
            place,
            Unit.RATIO,
            conditions=conditions,
            agg="rate",
            value="balance_fen",
            base_where=conditions,
            base_value="limit_fen",
        )


def _summary() -> Iterator[Definition]:
    yield from snapshot_grid(
        "own",
        "bur",
        BUREAU,
        SUMMARY_PLACES,
    )
    yield from _classes()
    yield from _trades_and_records()


def _classes() -> Iterator[Definition]:
    classes = (
        Term("attention", "关注类", "special mention"),
        Term("substandard", "次级类", "substandard"),
        Term("doubtful", "可疑类", "doubtful"),
        Term("loss", "损失类", "loss"),
    )
    for one in classes:
        place = Place(
            Term("five_class", "未结清账户", "open accounts by class"),
            one,
            Window.NOW,
            Term("cnt", "数", "number"),
        )
        conditions = (among("five_class", one.code), *OPEN_ACCOUNT)
        yield ACCOUNTS.place(place, Unit.COUNT, conditions=conditions, agg="cnt")
    overdue = (among("status", "overdue", "bad_debt"), not_ended("closed_on"))
    current = Term("current_overdue", "当前逾期", "overdue now")
    place = Place(current, ALL, Window.NOW, CNT_ACCT)
    yield ACCOUNTS.place(place, Unit.COUNT, conditions=overdue, agg="cnt")
    place = Place(current, ALL, Window.NOW, AMT)
    yield ACCOUNTS.place(place, Unit.YUAN, conditions=overdue, agg="sum", value="overdue_fen")


def _trades_and_records() -> Iterator[Definition]:
    trades = Rows(
        "own",
        "bur",
        Calculation(agg="cnt", product=BUREAU, table="special_trades", date="happened_on"),
    )
    for kind in (
        Term("extension", "展期", "extensions"),
        Term("restructured", "债务重组", "restructurings"),
        Term("guarantor_repaid", "担保人代还", "repaid by a guarantor"),
    ):
        place = Place(Term("special_trade", "", "special trades"), kind, Window.NOW, CNT_PIECES)
        yield trades.place(place, Unit.COUNT, conditions=(among("kind", kind.code),))
    records = Rows(
        "own",
        "bur",
        Calculation(agg="cnt", product=BUREAU, table="public_records", date="recorded_on"),
    )
    for kind in (
        Term("civil_judgment", "民事判决", "civil judgments"),
        Term("enforcement", "强制执行", "enforcements"),
        Term("tax_arrears", "欠税", "tax arrears"),
        Term("admin_penalty", "行政处罚", "administrative penalties"),
    ):
        place = Place(
            Term("public_record", "未了结", "open public records"), kind, Window.NOW, CNT_PIECES
        )
        conditions = (among("kind", kind.code), not_ended("closed_on"))
        yield records.place(place, Unit.COUNT, conditions=conditions)
