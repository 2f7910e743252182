"""The grids of the library as its page shows them: each indicator stands on exactly one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from risk.domain.indicators.definition import SNAPSHOT, Definition
from risk.domain.indicators.library import ALL_DEFINITIONS

Belongs = Callable[[Definition], bool]


@dataclass(frozen=True, slots=True)
class Section:
    """One grid of a domain; an indicator belongs to the first one that takes it."""

    domain: str
    code: str
    zh: str
    en: str
    belongs: Belongs

    @property
    def anchor(self) -> str:
        """What links on the page point to."""
        return f"{self.domain}-{self.code}"


def _table(*tables: str) -> Belongs:
    return lambda one: one.calculation.table in tables


def _measure(*measures: str) -> Belongs:
    return lambda one: one.measure in measures


def _rule(*rules: str) -> Belongs:
    return lambda one: one.calculation.agg in rules


def _rest(_: Definition) -> bool:
    return True


def _of_no_civil_case(one: Definition) -> bool:
    return one.calculation.table == "notices" or one.filter == "criminal"


def _is_habit(one: Definition) -> bool:
    about_days = one.calculation.agg in ("min_gap", "max_gap", "active_month")
    return about_days or one.filter in ("night", "weekend")


def _of_no_monthly_sum(one: Definition) -> bool:
    return one.calculation.table != "bills" or one.measure in ("peak", "unpaid")


_GRIDS: Final[Mapping[str, tuple[tuple[str, str, str, Belongs], ...]]] = {
    "bur": (
        ("overdue", "逾期", "overdue", _measure("overdue")),
        ("queries", "查询", "queries", _measure("queries")),
        ("liabilities", "负债", "liabilities", _measure("liability")),
        ("summary", "概要", "summary", _rest),
    ),
    "tax": (
        ("taxes", "申报与入库", "sales and taxes", lambda one: one.calculation.series),
        ("snapshot", "概况", "snapshot", _table(SNAPSHOT, "grades")),
        ("compliance", "合规", "compliance", _rest),
    ),
    "inv": (
        ("growth", "增长", "growth", _rule("growth")),
        ("reversals", "红字与作废", "red-letter and void", _measure("out_red", "out_void")),
        ("parties", "交易对手", "counterparties", _measure("out_party", "in_party")),
        ("gaps", "间断与稳定", "gaps and stability", _measure("out_valid", "in_valid")),
        ("levels", "金额与张数", "amounts and numbers", _rest),
    ),
    "reg": (
        ("snapshot", "登记概况", "snapshot", _table(SNAPSHOT, "shareholders")),
        ("changes", "变更", "changes", _table("changes")),
        ("network", "关联企业", "network", _table("network")),
        ("anomalies", "异常与限制", "anomalies", _rest),
    ),
    "jud": (
        ("lists", "执行名单", "lists", _table("enforcements")),
        ("other", "刑事与公告", "criminal cases and notices", _of_no_civil_case),
        ("cases", "案件", "cases", _rest),
    ),
    "bnk": (
        ("levels", "收支", "flows", _measure("in", "out", "net")),
        ("parties", "往来对手", "counterparties", _measure("in_party", "out_party")),
        ("balances", "余额", "balances", _measure("balance")),
        ("checks", "流水核验", "checks", _measure("benford", "continuity", "interest", "file_gap")),
        ("patterns", "模式", "patterns", _rest),
    ),
    "mul": (
        ("habits", "申请习惯", "habits", _is_habit),
        ("queries", "申请次数与机构", "numbers and institutions", _rest),
    ),
    "ssf": (
        ("contributions", "个人缴存", "contributions", _table("contributions")),
        ("staff", "单位参保人数", "insured staff", _table("headcounts")),
        ("snapshot", "概况", "snapshot", _rest),
    ),
    "utl": (
        ("growth", "同比", "growth", _rule("growth")),
        ("other", "峰段、停供与概况", "peak, stops and snapshot", _of_no_monthly_sum),
        ("bills", "用量、费用与欠费", "use, charges and arrears", _rest),
    ),
    "agr": (
        ("land", "土地", "land", _table("plots")),
        ("crops", "种植", "crops", _table("crops")),
        ("livestock", "养殖", "livestock", _table("livestock")),
        ("payments", "补贴与农险", "subsidies and insurance", _table("payments")),
        ("vegetation", "遥感植被", "vegetation", _table("vegetation")),
        ("standing", "村级评议与合作社", "standing", _rest),
    ),
    "dev": (
        ("shared", "设备共用", "shared devices", _table("events")),
        ("forms", "填表行为", "form behaviour", _table("forms")),
        ("checks", "身份核验", "identity checks", _rest),
    ),
    "rel": (
        ("deposits", "存款", "deposits", _measure("deposit")),
        ("repayments", "还款", "repayments", _measure("repay")),
        ("activity", "交易活跃", "activity", _measure("activity")),
        ("holdings", "持有产品", "holdings", _rest),
    ),
    "xck": (("pairs", "来源互证", "sources against each other", _rest),),
}
SECTIONS: Final = tuple(
    Section(domain, *grid) for domain, grids in _GRIDS.items() for grid in grids
)
"""In the order of the catalogue's domains."""


def section_of(definition: Definition) -> Section:
    """The grid on which an indicator stands."""
    return next(
        one for one in SECTIONS if one.domain == definition.domain and one.belongs(definition)
    )


def definitions_by_section() -> dict[Section, list[Definition]]:
    """Every grid with its indicators, in the library's order."""
    found: dict[Section, list[Definition]] = {section: [] for section in SECTIONS}
    for definition in ALL_DEFINITIONS:
        found[section_of(definition)].append(definition)
    return found
