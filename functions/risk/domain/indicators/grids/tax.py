"""税务 TAX: what the firm declared and paid; 90 indicators."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import Place, Rows, SnapshotPlace, among, snapshot_grid
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, AMT, AVG_M, CNT, SUM, VALUE, YOY, ZERO_MONTH, Term

TAX: Final = "tax/1"
RETURNS: Final = Rows(
    "ent", "tax", Calculation(agg="", product=TAX, table="returns", date="period", series=True)
)
MEASURES: Final = (
    (Term("vat_sales", "增值税申报销售额", "sales declared for VAT"), "sales_fen"),
    (Term("vat_paid", "增值税入库额", "VAT paid"), "vat_paid_fen"),
    (Term("cit_paid", "企业所得税入库额", "corporate income tax paid"), "cit_paid_fen"),
    (Term("tax_total", "各税入库额", "all taxes paid"), "tax_total_fen"),
)
WINDOWS: Final = (Window.L3M, Window.L6M, Window.L12M, Window.L24M)
COMPLIANCE: Final = (
    (Term("late_filing", "逾期申报", "late filings"), "returns", "period", "tax_total_fen"),
    (Term("arrears", "欠税", "tax arrears"), "arrears", "incurred_on", "amount_fen"),
    (Term("penalty", "税务处罚", "tax penalties"), "penalties", "decided_on", "amount_fen"),
    (Term("inspection", "税务稽查", "tax inspections"), "inspections", "opened_on", "amount_fen"),
)
MONTHS_OF_A_YEAR: Final = 12

SNAPSHOT_PLACES: Final = (
    SnapshotPlace(
        Term("credit_grade", "纳税信用等级（1为A，5为D）", "tax credit grade, 1 is A, 5 is D"),
        "field",
        Unit.LEVEL,
        "credit_grade",
    ),
    SnapshotPlace(
        Term("taxpayer_type", "纳税人类型（1一般，2小规模）", "taxpayer: 1 general, 2 small"),
        "field",
        Unit.LEVEL,
        "taxpayer_type",
    ),
    SnapshotPlace(
        Term("status", "纳税人状态（1正常，2非正常，3注销）", "taxpayer status, 1 is normal"),
        "field",
        Unit.LEVEL,
        "status",
    ),
    SnapshotPlace(
        Term("registered_age", "税务登记月数", "months since tax registration"),
        "months_since",
        Unit.MONTH,
        "registered_on",
    ),
    SnapshotPlace(
        Term("headcount", "申报从业人数", "declared headcount"),
        "field",
        Unit.COUNT,
        "headcount_declared",
    ),
    SnapshotPlace(
        Term("revenue", "上年营业收入", "last year's revenue"),
        "field",
        Unit.YUAN,
        "revenue_fen",
    ),
    SnapshotPlace(
        Term("profit_margin", "上年利润率", "last year's profit margin"),
        "ratio",
        Unit.RATIO,
        "profit_fen",
        "revenue_fen",
    ),
    SnapshotPlace(
        Term("cost_rate", "上年成本率", "last year's cost rate"),
        "ratio",
        Unit.RATIO,
        "cost_fen",
        "revenue_fen",
    ),
    SnapshotPlace(
        Term("debt_rate", "上年末资产负债率", "debt to assets at the year's end"),
        "ratio",
        Unit.RATIO,
        "liabilities_fen",
        "assets_fen",
    ),
)


def tax_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    for (measure, value), window in product(MEASURES, WINDOWS):
        for agg, unit, rule, offset in (
            (SUM, Unit.YUAN, "sum", 0),
            (AVG_M, Unit.YUAN, "avg_m", 0),
            (ZERO_MONTH, Unit.MONTH, "zero_month", 0),
            (YOY, Unit.RATIO, "growth", MONTHS_OF_A_YEAR),
        ):
            place = Place(measure, ALL, window, agg)
            yield RETURNS.place(place, unit, agg=rule, value=value, offset=offset)
    yield from _compliance()
    yield from _snapshot()


def _compliance() -> Iterator[Definition]:
    for (measure, table, dated, value), window in product(COMPLIANCE, (Window.L12M, Window.L24M)):
        rows = Rows("ent", "tax", Calculation(agg="", product=TAX, table=table, date=dated))
        conditions = (among("late", True),) if table == "returns" else ()
        yield rows.place(
            Place(measure, ALL, window, CNT), Unit.COUNT, conditions=conditions, agg="cnt"
        )
        place = Place(measure, ALL, window, AMT)
        yield rows.place(place, Unit.YUAN, conditions=conditions, agg="sum", value=value)


def _snapshot() -> Iterator[Definition]:
    yield from snapshot_grid(
        "ent",
        "tax",
        TAX,
        SNAPSHOT_PLACES,
    )
    grades = Rows("ent", "tax", Calculation(agg="step", product=TAX, table="grades", date="year"))
    place = Place(
        Term(
            "grade_change", "纳税信用等级变动（正为下降）", "change of the grade, positive is worse"
        ),
        ALL,
        Window.NOW,
        VALUE,
    )
    yield grades.place(place, Unit.LEVEL, value="grade")
