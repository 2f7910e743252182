"""How a clerk reads a month's bill and a reconciliation: tables of amounts that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from infra.cli.console import console

MAX_SHOWN = 20
"""Shares and disputes on the screen."""
SHOWN_DIMENSIONS = {"branch_id": "branch", "product": "product"}
FEN = Decimal("0.01")
DATED_KINDS = frozenset({"usage"})


def amount_table(texts: Sequence[str], figures: Sequence[str]) -> Any:
    """A table whose texts fold when space is short; figures stand right-aligned and whole."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in texts:
        table.add_column(heading, overflow="fold")
    for heading in figures:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def say_bill(found: dict[str, Any]) -> None:
    """Print providers, the lines that make up their amounts, and whose cost it is."""
    state = f"已结账 closed {_china(found['closed_at'])}" if found["closed"] else "暂估 draft"
    console.print(f"{found['month']} {state}, sha256 {found['sha256'][:16]}", markup=False)
    table = amount_table(["服务商 provider"], ["调用 calls", "计费 billable", "金额 元"])
    for one in found["providers"]:
        table.add_row(
            one["provider_id"], str(one["calls"]), str(one["billable"]), _yuan(one["amount_fen"])
        )
    table.add_row("合计 total", str(found["calls"]), "", _yuan(found["total_fen"]))
    console.print(table)
    if found["lines"]:
        console.print()
        console.print(_lines(found["lines"]))
    for share in found["shares"]:
        if share["dimension"] in SHOWN_DIMENSIONS:
            console.print()
            console.print(_share(share))
    if found["uncertain_calls"]:
        console.print(f"结果未明、暂不计费 uncertain calls, not billed: {found['uncertain_calls']}")


def say_reconciliation(found: dict[str, Any]) -> None:
    """Print what agrees, what is payable, what is in dispute, and the gap."""
    console.print()
    table = amount_table([f"对账 {found['provider_id']} {found['month']}"], ["笔数", "金额 元"])
    for name, count, fen in (
        ("我方账单 our bill", "", found["our_fen"]),
        ("对账单 statement", "", found["their_fen"]),
        ("一致 matched", found["matched"], None),
        ("应付 payable", "", found["acknowledged_fen"]),
        ("差异 disputes", found["disputed"], found["disputed_fen"]),
        ("差额 gap", "", found["gap_fen"]),
    ):
        table.add_row(name, str(count), "" if fen is None else _yuan(fen))
    console.print(table)
    if not found["disputes"]:
        return
    console.print()
    console.print(_disputes(found["disputes"][:MAX_SHOWN]))
    console.print(_whose(found["disputes"]))
    if found["disputed"] > MAX_SHOWN:
        rest = found["disputed"] - MAX_SHOWN
        console.print(f"其余 {rest} 笔 more: --csv FILE (全部差异 all of them), --json")


def line_name(line: dict[str, Any]) -> str:
    """What a line of the bill is for: 按量计费 tier 2, 往月更正 2026-09."""
    if line["kind"] == "correction":
        return f"{line['kind_name']} {line['of_month']}"
    return f"{line['kind_name']} {'tier ' + str(line['tier']) if line['tier'] else line['kind']}"


def _lines(lines: list[dict[str, Any]]) -> Any:
    """The bill line by line; the first day of the price where it changed within the month."""
    table = amount_table(["接口 connector", "账单行 line"], ["次数 calls", "单价 元", "金额 元"])
    days: dict[str, set[str]] = {}
    for line in lines:
        if line["kind"] in DATED_KINDS:
            days.setdefault(line["connector_id"], set()).add(line["price_from"])
    for line in lines:
        changed = line["kind"] in DATED_KINDS and len(days[line["connector_id"]]) > 1
        table.add_row(
            line["connector_id"],
            line_name(line) + (f" {line['price_from']} 起" if changed else ""),
            "" if line["kind"] == "minimum" else str(line["count"]),
            _figure(line["unit_yuan"]),
            _yuan(line["amount_fen"]),
        )
    return table


def _share(share: dict[str, Any]) -> Any:
    name = SHOWN_DIMENSIONS[share["dimension"]]
    table = amount_table([f"{share['dimension_name']} {name}"], ["金额 元"])
    rest = share["items"][MAX_SHOWN:]
    for one in share["items"][:MAX_SHOWN]:
        table.add_row(one["key"] or "未分摊 nobody", _yuan(one["amount_fen"]))
    others = share["others_fen"] + sum(one["amount_fen"] for one in rest)
    if rest or share["others"]:
        table.add_row(f"其余 {len(rest) + share['others']} others", _yuan(others))
    return table


def _disputes(disputes: list[dict[str, Any]]) -> Any:
    """Each dispute on two lines, our side above theirs."""
    table = amount_table(["差异 dispute", ""], ["单价 元", "金额 元", "差异 元"])
    for one in disputes:
        where = "" if one["line"] is None else f"，第 {one['line']} 行"
        table.add_row(
            f"{one['kind_name']}{where}\n{one['request_no'] or one['connector_id']}",
            "我方\n对方",
            f"{_figure(one['ours_unit_yuan'])}\n{_figure(one['theirs_unit_yuan'])}",
            f"{_figure(one['ours_yuan'])}\n{_figure(one['theirs_yuan'])}",
            _figure(one["difference_yuan"]),
        )
    return table


def _whose(disputes: list[dict[str, Any]]) -> str:
    """Who settles them, and for how long the oldest is open."""
    from puhui.identity.principal import ROLE_NAMES

    owners = sorted({f"{ROLE_NAMES[one['owner']]} {one['owner']}" for one in disputes})
    oldest = max(disputes, key=lambda one: int(one["age_days"]))
    return (
        f"责任岗位 owner: {', '.join(owners)}; "
        f"自 {oldest['opened_on']} 挂账 {oldest['age_days']} 天 days"
    )


def _china(moment: str) -> str:
    """An instant as the bank's clocks show it, to the second."""
    from puhui.clock import CHINA, utc_from_text

    return f"{utc_from_text(moment).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):,}"


def _figure(yuan: str | None) -> str:
    """An exact amount with at least two decimals; nothing where there is none."""
    if yuan is None:
        return ""
    amount = Decimal(yuan)
    rounded = amount.quantize(FEN)
    return f"{rounded if rounded == amount else amount:,}"
