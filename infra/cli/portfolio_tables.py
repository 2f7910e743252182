"""An allocated portfolio as tables for people, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.table import Table

from puhui.china.industries import name_of
from risk.domain.portfolio.candidate import REFUSALS

SHOWN_FIRMS: Final = 20
SHOWN_MOVES: Final = 12
WAN: Final = 10_000

Report = Mapping[str, Any]


def tables(report: Report) -> Iterator[Table | str]:
    """Everything that the report says, the most important first."""
    yield from _heads(report)
    yield _groups("按等级 By grade", report["by_grade"], "")
    yield _groups("按行业 By sector (guessed from names 由企业名称推断)", report["by_sector"], "s")
    yield _offers(report)
    yield _refused(report)
    if "sensitivity" in report:
        yield _sensitivity(report["sensitivity"])
    if "shock" in report:
        yield from _shock(report["shock"])
    yield from (f"· {one}" for one in report["statements"])
    yield (
        f"模型 model {report['model']['id']} {report['model']['version']} "
        f"{report['model']['sha256'][:12]}，策略 policy {report['policy']['version']}，"
        f"用时 seconds {report['seconds']}"
    )


def _heads(report: Report) -> Iterator[str]:
    yield f"组合额度与定价 Portfolio as of {report['as_of']}: {report['status']}"
    yield (
        f"预算 budget {_wan(report['budget_yuan'])} 万元，已分配 offered "
        f"{_wan(report['total_yuan'])} 万元，{len(report['allocations'])} 户 of "
        f"{len(report['firms'])}，预计用信 expected to be taken "
        f"{_wan(report['expected_taken_up_yuan'])} 万元"
    )
    yield (
        f"预期利润 expected profit {report['expected_profit_yuan']:,.2f} 元，"
        f"上界 bound {report['bound_yuan']:,.2f} 元，差 gap {report['gap_yuan']:,.2f} 元"
    )
    duals = report["duals"]
    yield f"预算影子价格 one more yuan of budget brings {duals['budget']:.6f} 元"
    for kind, name in (("sectors", "行业限额"), ("grades", "等级限额")):
        for group, price in duals[kind].items():
            if price > 0:
                yield f"{name}影子价格 one more yuan for {group} brings {price:.6f} 元"


def _groups(title: str, groups: Mapping[str, Any], kind: str) -> Table:
    table = _table(title, "", "户数", "额度万元", "利率%", "预计用信万元", "预期利润元")
    for group, one in groups.items():
        table.add_row(
            _sector(group) if kind else group,
            str(one["firms"]),
            _wan(one["total_yuan"]),
            f"{one['mean_rate_pct']:.2f}",
            _wan(one["expected_taken_up_yuan"]),
            f"{one['expected_profit_yuan']:,.2f}",
        )
    return table


def _offers(report: Report) -> Table:
    firms = {one["enterprise"]: one for one in report["firms"]}
    table = _table(
        "授信 Offers", "企业", "等级", "额度元", "年利率%", "PD%", "接受%", "预期利润元", "审批",
    )  # fmt: skip
    for one in report["allocations"][:SHOWN_FIRMS]:
        firm = firms[one["enterprise"]]
        table.add_row(
            one["enterprise"],
            firm["grade"],
            f"{one['amount_yuan']:,}",
            f"{one['annual_rate_pct']:.2f}",
            f"{one['pd_ppm'] / 10_000:.2f}",
            f"{firm['kept_ppm'] / 10_000:.1f}",
            f"{one['expected_profit_yuan']:,.2f}",
            "通过" if firm["verdict"] == "approve" else "须复核",
        )
    left = len(report["allocations"]) - SHOWN_FIRMS
    if left > 0:
        table.caption = f"另有 {left} 户 more in --json"
    return table


def _refused(report: Report) -> Table:
    table = _table("未授信 Without an offer", "原因 reason", "户数 firms")
    for code, count in sorted(report["refused"].items(), key=lambda one: -one[1]):
        table.add_row(f"{REFUSALS[code]} {code}", str(count))
    return table


def _sensitivity(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = _table(
        "敏感性 Sensitivity: 利润单位万元 profits in 10,000 yuan; 原方案 the same offers",
        "", "户数", "额度万元", "利率%", "利润", "影子价%", "原方案",
    )  # fmt: skip
    for one in rows:
        table.add_row(
            f"{one['name_zh']} {one['name_en']}",
            str(one["firms"]),
            f"{one['total_yuan'] / WAN:,.0f}",
            _rate(one["mean_rate_pct"]),
            _wan(one["expected_profit_yuan"]),
            f"{one['budget_dual'] * 100:.3f}",
            "—" if one["unchanged_yuan"] is None else _wan(one["unchanged_yuan"]),
        )
    return table


def _shock(shock: Report) -> Iterator[Table | str]:
    yield f"冲击 Shock: {shock['name']}"
    yield (
        f"预期利润 profit: 冲击前 before {shock['profit_before_yuan']:,.2f} 元，"
        f"不调整 same offers {shock['profit_without_reallocation_yuan']:,.2f} 元，"
        f"重新分配 re-allocated {shock['profit_after_yuan']:,.2f} 元"
    )
    yield (
        f"减额 lose {len(shock['losers'])} 户，增额 gain {len(shock['gainers'])} 户，"
        f"仅调价 only repriced {len(shock['repriced'])} 户"
    )
    table = _table(
        "变化 Who loses, who gains", "企业", "行业", "原额度元", "新额度元", "原利率%", "新利率%",
    )  # fmt: skip
    for kind in ("losers", "gainers"):
        for one in shock[kind][:SHOWN_MOVES]:
            table.add_row(
                one["enterprise"],
                _sector(one["sector"]),
                f"{one['before_yuan']:,}",
                f"{one['after_yuan']:,}",
                _rate(one["before_rate_pct"]),
                _rate(one["after_rate_pct"]),
            )
    yield table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table


def _sector(letter: str) -> str:
    """A section's letter and the first words of its name."""
    return f"{letter} {name_of(letter).split('、')[0].split('和')[0]}"


def _rate(percent: float | None) -> str:
    return "—" if percent is None else f"{percent:.2f}"


def _wan(yuan: float) -> str:
    return f"{yuan / WAN:,.2f}"
