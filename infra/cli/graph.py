"""`puhui graph`: what graphs say; `invoices` reads the counterparty network of real firms."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.console import console, fail

SHOWN_PAIRS: Final = 8
FEN_PER_YUAN: Final = 100


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="关系图谱 Graphs: counterparties of real invoices.", no_args_is_help=True
    )
    group.callback()(_describe)
    group.command("invoices")(invoices)
    app.add_typer(group, name="graph")


def invoices(
    data: Annotated[Path, typer.Option(help="Folder with the firms and their invoices.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    svg: Annotated[
        Path | None, typer.Option(help="Draw the largest component into this file.")
    ] = None,
) -> None:
    """Find shared counterparties, firms with the same books, and circles of invoices."""
    from infra.graph_picture import picture
    from infra.invoice_columns import InvoicesNotThere, read_invoices
    from infra.trade_report import lines_of, trade_report

    begun = time.monotonic()
    try:
        found = read_invoices(data)
    except InvoicesNotThere as error:
        fail(str(error))
    report = trade_report(found)
    report["seconds"] = round(time.monotonic() - begun, 1)
    if svg is not None:
        svg.write_text(picture(lines_of(report)), encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return
    _show(report)


def _describe() -> None:
    """关系图谱 Graphs."""


def _show(report: dict[str, Any]) -> None:
    sides, shared = report["both_sides"], report["shared_partners"]
    console.print(
        f"{report['invoices']:,} 张发票 invoices，{report['firms']} 户 firms，"
        f"{report['first_day']} – {report['last_day']}，{report['seconds']} s"
    )
    console.print(f"账目重合 same books: {len(report['same_books'])} 对 pairs")
    for one in report["same_books"]:
        console.print(
            f"  {' = '.join(one['firms'])}  {one['invoices']:,} 张，"
            f"{_percent(one['share_bps'])}，代码一致 codes agree {_percent(one['codes_agree_bps'])}"
        )
    console.print(
        f"双方入账 booked by both: {sides['invoices']} 张，{sides['trades']} 对 pairs，"
        f"{sides['firms']} 户；自开自收 self-invoiced {sides['self_invoices']} 张"
    )
    for one in sides["pairs"][:SHOWN_PAIRS]:
        console.print(f"  {one['seller']} → {one['buyer']}  {one['invoices']} 张")
    for one in report["circles"]:
        _show_circle(one)
    console.print(
        f"共同对手 shared counterparties: {shared['of_two_firms_or_more']:,} / "
        f"{shared['partners']:,}，枢纽 hubs {shared['hubs']}，关联 links {shared['links']}"
        f"（打乱后 by chance {shared['links_by_chance']}）"
    )
    console.print(f"  连通分量 components by size: {shared['components_by_size']}")
    for limit in report["limits"]:
        console.print(f"局限 limit: {limit}")


def _show_circle(one: dict[str, Any]) -> None:
    legs = " / ".join(f"{fen / FEN_PER_YUAN:,.0f}" for fen in one["legs_fen"])
    console.print(
        f"循环开票 circle: {' → '.join(one['firms'])}，各段（元） legs {legs}，"
        f"均衡 even {_percent(one['evenness_bps'])}，相隔 gap {one['gap_days']} 天"
    )


def _percent(bps: int) -> str:
    return f"{bps // 100}.{bps % 100:02d}%"
