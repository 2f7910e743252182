"""交叉核验 XCK: the same thing told by different sources, set against each other; 24."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from risk.domain.indicators.definition import Calculation, Definition, Unit
from risk.domain.indicators.grid import Place, Rows, SnapshotPlace, snapshot_grid
from risk.domain.indicators.months import Window
from risk.domain.indicators.terms import ALL, Term

DERIVED: Final = Rows("ent", "xck", Calculation(agg="", product=""))
INVOICES: Final = "ent.inv.out_valid_amt.all.l12m.sum"
PURCHASES: Final = "ent.inv.in_valid_amt.all.l12m.sum"
TAX_SALES: Final = "ent.tax.vat_sales.all.l12m.sum"
BANK_IN: Final = "ent.bnk.in.biz.l12m.sum"
BANK_OUT: Final = "ent.bnk.out.biz.l12m.sum"
DECLARED: Final = "ent.tax.revenue.all.now.value"
POWER: Final = "ent.utl.usage.power.l12m.sum"
POWER_COST: Final = "ent.utl.amount.power.l12m.sum"
DECLARED_STAFF: Final = "ent.tax.headcount.all.now.value"
REPORTED_STAFF: Final = "ent.reg.employees.all.now.value"
INSURED_STAFF: Final = "ent.ssf.insured.all.l3m.last"
CAPITAL: Final = "ent.reg.paid_in_capital.all.now.value"
BALANCES: Final = tuple(
    f"own.bur.liability.{kind}.now.balance"
    for kind in ("card", "biz", "mortgage", "consumer", "farm")
)

SOURCES: Final = (
    (Term("inv_tax", "开票与申报销售额", "invoiced and declared sales"), INVOICES, TAX_SALES),
    (Term("inv_bank", "开票与经营流入", "invoiced sales and money in"), INVOICES, BANK_IN),
    (Term("tax_bank", "申报销售额与经营流入", "declared sales and money in"), TAX_SALES, BANK_IN),
    (
        Term("inv_declared", "开票与申报收入", "invoiced sales and yearly revenue"),
        INVOICES,
        DECLARED,
    ),
    (Term("tax_declared", "增值税与所得税申报收入", "VAT sales and revenue"), TAX_SALES, DECLARED),
    (Term("bank_declared", "经营流入与申报收入", "money in and yearly revenue"), BANK_IN, DECLARED),
)
PAIRS: Final = (
    (Term("purchase_bank", "进项与经营流出", "purchases and money out"), PURCHASES, BANK_OUT),
    (Term("purchase_sales", "进项与销项", "purchases and sales"), PURCHASES, INVOICES),
    (
        Term("vat_burden", "增值税税负", "VAT paid and declared sales"),
        "ent.tax.vat_paid.all.l12m.sum",
        TAX_SALES,
    ),
    (Term("power_sales", "电费与开票", "power bill and invoiced sales"), POWER_COST, INVOICES),
    (Term("sales_power", "单位用电开票额", "invoiced sales for each kWh"), INVOICES, POWER),
    (
        Term("declared_reported", "申报与年报人数", "declared and reported staff"),
        DECLARED_STAFF,
        REPORTED_STAFF,
    ),
    (
        Term("declared_insured", "申报与参保人数", "declared and insured staff"),
        DECLARED_STAFF,
        INSURED_STAFF,
    ),
    (
        Term("reported_insured", "年报与参保人数", "reported and insured staff"),
        REPORTED_STAFF,
        INSURED_STAFF,
    ),
)
GROWTHS: Final = (
    (
        Term("inv_power", "开票与用电", "invoices and power"),
        "ent.inv.out_valid_amt.all.l12m.yoy",
        "ent.utl.usage.power.l12m.yoy",
    ),
    (
        Term("inv_tax_growth", "开票与申报", "invoices and declared sales"),
        "ent.inv.out_valid_amt.all.l12m.yoy",
        "ent.tax.vat_sales.all.l12m.yoy",
    ),
)
NET_ASSETS: Final = SnapshotPlace(
    Term("net_assets", "上年末净资产", "net assets at the year's end"),
    "difference",
    Unit.YUAN,
    "assets_fen",
    "liabilities_fen",
)
RATIO: Final = Term("ratio", "之比", "one over the other")
GAP: Final = Term("gap", "差异率", "difference over the larger")
INCOME_SOURCES: Final = (INVOICES, TAX_SALES, BANK_IN)


def cross_check_grid() -> Iterator[Definition]:
    """All of the domain, in the catalogue's order."""
    for measure, left, right in SOURCES:
        yield _derived(measure, RATIO, "op_ratio", left, right)
    # A small difference between two sources is normal, a large one says that one is not true.
    for measure, left, right in SOURCES[:3]:
        yield _derived(measure, GAP, "op_gap", left, right)
    for measure, left, right in PAIRS:
        yield _derived(measure, RATIO, "op_ratio", left, right)
    for measure, left, right in GROWTHS:
        growth = Term("growth_gap", "增速差", "difference of growth")
        yield _derived(measure, growth, "op_difference", left, right)
    income = Term(
        "recognised_income", "认定收入（三源取小）", "recognised income, least of three sources"
    )
    yield _derived(income, Term("min", "", "least"), "op_min", *INCOME_SOURCES, unit=Unit.YUAN)
    debt = Term("debt_income", "负债与认定收入", "debt and recognised income")
    yield _derived(debt, RATIO, "op_sum_ratio", *BALANCES, *INCOME_SOURCES)
    yield from snapshot_grid("ent", "xck", "tax/1", (NET_ASSETS,))
    equity = Term("equity", "权益检验：净资产与实缴资本", "net assets and paid-in capital")
    yield _derived(equity, RATIO, "op_ratio", "ent.xck.net_assets.all.now.value", CAPITAL)
    staff = Term("staff_spread", "三方人数", "spread of three headcounts")
    yield _derived(staff, GAP, "op_spread", DECLARED_STAFF, REPORTED_STAFF, INSURED_STAFF)


def _derived(
    measure: Term, agg: Term, rule: str, *operands: str, unit: Unit = Unit.RATIO
) -> Definition:
    place = Place(measure, ALL, Window.L12M, agg)
    return DERIVED.place(place, unit, agg=rule, operands=operands)
