"""银行流水 BNK: money in and out of the firm's accounts; 158 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Condition, Definition, Unit, Where
from risk.domain.indicators.grid import Place, Rows, among
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import (
    ALL,
    AVG_M,
    CNT_PIECES,
    CV,
    DISTINCT,
    HHI,
    RATE,
    SUM,
    TOP1,
    TOP5,
    VALUE,
    Term,
)

TRANSACTIONS: Final = Rows(
    "ent",
    "bnk",
    Calculation(agg="", product="bank_flow/1", table="transactions", date="booked_on"),
)
IN: Final = Term("in", "流入", "money in")
OUT: Final = Term("out", "流出", "money out")
NET: Final = Term("net", "净流入", "net inflow")
BUSINESS: Final = Term("biz", "经营", "business")
LEVEL_WINDOWS: Final = (Window.L1M, Window.L3M, Window.L6M, Window.L12M)
PARTY: Final = Term("party", "经营往来对手", "business counterparties")
BALANCE: Final = Term("balance", "日终余额", "balance at the end of the day")
LOW_BALANCE_FEN: Final = 1_000_000
"""A day below 1 万元 counts as a day of low balance; a starting value of the catalogue."""
PATTERN_WINDOWS: Final = (Window.L3M, Window.L6M)
BENFORD_MINIMUM: Final = 100
"""First digits of fewer amounts say nothing."""

INCOMING: Final = (among("direction", "in"),)
OUTGOING: Final = (among("direction", "out"),)
SHARES: Final[tuple[tuple[Term, Where, Where, str | None], ...]] = (
    (
        Term("idle_loop", "空转（本人账户互转）", "own accounts' circles"),
        (among("own_account", True),),
        (),
        "amount_fen",
    ),
    (Term("round", "整万元交易", "round 10,000s of yuan"), (among("round", True),), (), None),
    (Term("night", "夜间交易", "at night (23:00 to 6:00)"), (among("night", True),), (), None),
    (Term("related", "关联方交易", "related parties"), (among("related", True),), (), "amount_fen"),
    (
        Term("loan_repayment", "归还贷款", "loan repayments"),
        (*OUTGOING, among("kind", "loan_repayment")),
        OUTGOING,
        "amount_fen",
    ),
    (
        Term("payroll", "代发工资", "wages"),
        (*OUTGOING, among("kind", "payroll")),
        OUTGOING,
        "amount_fen",
    ),
    (Term("tax", "税费", "taxes"), (*OUTGOING, among("kind", "tax")), OUTGOING, "amount_fen"),
    (
        Term("pos", "收单入账", "card and QR sales"),
        (*INCOMING, among("kind", "pos")),
        INCOMING,
        "amount_fen",
    ),
)


def bank_flow_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    yield from _levels()
    yield from _parties()
    for window in (Window.L1M, Window.L3M, Window.L6M):
        for agg, unit, rule in (
            (Term("avg_day", "日均", "daily average"), Unit.YUAN, "day_balance_avg"),
            (Term("min", "最低", "lowest"), Unit.YUAN, "day_balance_min"),
            (Term("end", "月末平均", "average of the months' ends"), Unit.YUAN, "month_end_avg"),
            (Term("days_below", "低于1万元天数", "days below 10,000 yuan"), Unit.DAY, "days_below"),
        ):
            yield TRANSACTIONS.place(
                Place(BALANCE, ALL, window, agg),
                unit,
                agg=rule,
                value="balance_fen",
                constant=LOW_BALANCE_FEN if rule == "days_below" else 0,
            )
    yield from _shares()
    yield from _patterns()
    yield from _checks()


def _side(direction: Term) -> tuple[Condition, ...]:
    return () if direction is NET else (among("direction", direction.code),)


def _levels() -> Iterator[Definition]:
    for direction, kind, window in product((IN, OUT, NET), (ALL, BUSINESS), LEVEL_WINDOWS):
        conditions = _side(direction)
        if kind is BUSINESS:
            conditions = (*conditions, among("kind", "business", "pos"))
        value = "signed_fen" if direction is NET else "amount_fen"
        for agg, unit in ((SUM, Unit.YUAN), (AVG_M, Unit.YUAN), (CV, Unit.RATIO)):
            yield TRANSACTIONS.place(
                Place(direction, kind, window, agg),
                unit,
                conditions=conditions,
                agg=agg.code,
                value=value,
            )
        place = Place(direction, kind, window, CNT_PIECES)
        yield TRANSACTIONS.place(place, Unit.COUNT, conditions=conditions, agg="cnt")


def _parties() -> Iterator[Definition]:
    windows = (Window.L3M, Window.L6M, Window.L12M)
    for direction, window in product((IN, OUT), windows):
        conditions = (*_side(direction), among("kind", "business"))
        for agg, unit, rule, constant in (
            (DISTINCT, Unit.COUNT, "distinct", 0),
            (TOP1, Unit.RATIO, "top_share", 1),
            (TOP5, Unit.RATIO, "top_share", 5),
            (HHI, Unit.RATIO, "hhi", 0),
        ):
            yield TRANSACTIONS.place(
                Place(direction + PARTY, ALL, window, agg),
                unit,
                conditions=conditions,
                agg=rule,
                value=None if rule == "distinct" else "amount_fen",
                by="counterparty",
                constant=constant,
            )


def _shares() -> Iterator[Definition]:
    """Patterns that are one amount, or number, over another."""
    for (measure, conditions, base, value), window in product(SHARES, PATTERN_WINDOWS):
        yield TRANSACTIONS.place(
            Place(measure, ALL, window, RATE),
            Unit.RATIO,
            conditions=conditions,
            agg="rate",
            value=value,
            base_where=base,
            base_value=value,
        )


def _patterns() -> Iterator[Definition]:
    patterns: tuple[tuple[Term, str, tuple[Condition, ...], str | None], ...] = (
        (
            Term("round_trip", "回流", "money that comes back from whom it went to"),
            "round_trip",
            (among("kind", "business", "transfer"),),
            "counterparty",
        ),
        (
            Term("concentrated_out", "单日集中转出", "largest day's outflow"),
            "max_day_share",
            (among("direction", "out"),),
            None,
        ),
        (
            Term("pass_through", "快进快出", "money that leaves on its day"),
            "pass_through",
            (),
            None,
        ),
    )
    for (measure, rule, conditions, by), window in product(patterns, PATTERN_WINDOWS):
        yield TRANSACTIONS.place(
            Place(measure, ALL, window, RATE),
            Unit.RATIO,
            conditions=conditions,
            agg=rule,
            value="amount_fen",
            by=by,
        )


def _checks() -> Iterator[Definition]:
    for measure, rule, unit, value, constant in (
        (
            Term("benford", "首位数字偏离度", "deviation of first digits from Benford's law"),
            "benford",
            Unit.RATIO,
            "amount_fen",
            BENFORD_MINIMUM,
        ),
        (
            Term("continuity", "余额不连续次数", "breaks of the running balance"),
            "balance_breaks",
            Unit.COUNT,
            "balance_fen",
            0,
        ),
        (
            Term("interest", "存款利息年化收益率", "deposit interest over the balance, a year"),
            "interest_rate",
            Unit.RATIO,
            "balance_fen",
            0,
        ),
        (
            Term("file_gap", "对账单未覆盖天数", "days that no statement covers"),
            "uncovered_days",
            Unit.DAY,
            None,
            0,
        ),
    ):
        yield TRANSACTIONS.place(
            Place(measure, ALL, Window.L12M, VALUE),
            unit,
            agg=rule,
            value=value,
            constant=constant,
        )
