"""`puhui extdata bill`: what data cost in a month, the month's close, a provider's statement."""

from __future__ import annotations

import base64
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_desk import DEMO_BANK, Bank, desk_of, month_of, print_json, table_of

MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_SHOWN = 20
"""Shares and disputes on the screen; `--json` has them all."""
SHOWN_DIMENSIONS = frozenset({"branch_id", "product"})


def register_finance(extdata: typer.Typer) -> None:
    """Add the commands."""
    extdata.command("bill")(bill)


def bill(
    month: Annotated[str, typer.Option(help="YYYY-MM 月份.")],
    provider: Annotated[str | None, typer.Option(help="Whose statement it is 服务商.")] = None,
    statement: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV or XLSX 对账单; with --provider."),
    ] = None,
    close: Annotated[bool, typer.Option("--close", help="Close the month 月结, for good.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As the API answers it.")] = False,
    bank: Bank = DEMO_BANK,
) -> None:
    """Show a month's bill (月度账单), close it, hold a provider's statement against it (对账)."""
    path = f"/extdata/bills/{month_of(month)}"
    if statement is not None and provider is None:
        fail("say whose statement it is 请指明服务商: --provider ID")
    body = None if statement is None else _body_of(statement)
    with desk_of(bank) as desk:
        found = desk.finance.post(f"{path}/closing") if close else desk.finance.get(path)
        compared = None
        if body is not None:
            compared = desk.finance.post(f"{path}/statements/{provider}", body)
        elif provider is not None:
            compared = desk.finance.get(f"{path}/reconciliations/{provider}")
    if as_json:
        print_json({"bill": found, "reconciliation": compared})
        return
    say_bill(found)
    if compared is not None:
        say_reconciliation(compared)


def say_bill(found: dict[str, Any]) -> None:
    """Print providers, shares and what corrects earlier months."""
    state = f"closed 已结账 {found['closed_at']}" if found["closed"] else "draft 暂估"
    console.print(f"{found['month']} {state}, sha256 {found['sha256'][:16]}", markup=False)
    table = table_of("服务商 provider", "调用 calls", "计费 billable", "金额 yuan")
    for one in found["providers"]:
        table.add_row(
            one["provider_id"], str(one["calls"]), str(one["billable"]), _yuan(one["amount_fen"])
        )
    table.add_row("合计 total", str(found["calls"]), "", _yuan(found["total_fen"]))
    console.print(table)
    for share in found["shares"]:
        if share["dimension"] in SHOWN_DIMENSIONS:
            _say_share(share)
    corrected = sum(one["amount_fen"] for one in found["lines"] if one["kind"] == "correction")
    if corrected:
        console.print(f"往月更正 corrections of earlier months: {_yuan(corrected)} yuan")
    if found["uncertain_calls"]:
        console.print(f"结果未明、暂不计费 uncertain calls, not billed: {found['uncertain_calls']}")


def say_reconciliation(found: dict[str, Any]) -> None:
    """Print what agrees, what is in dispute, and the gap."""
    console.print(
        f"{found['provider_id']}: 我方 ours {_yuan(found['our_fen'])}, "
        f"对账单 statement {_yuan(found['their_fen'])}, "
        f"应付 payable {_yuan(found['acknowledged_fen'])} yuan, "
        f"一致 matched {found['matched']}, 差异 disputes {found['disputed']} "
        f"({_yuan(found['disputed_fen'])} yuan), gap 差额 = {found['gap_fen']} 分",
        markup=False,
    )
    if not found["disputes"]:
        return
    from puhui.identity.principal import ROLE_NAMES

    table = table_of("差异 dispute", "流水号 request", "行 line", "我方", "对方", "天 days")
    for one in found["disputes"][:MAX_SHOWN]:
        table.add_row(
            one["kind_name"],
            one["request_no"] or one["connector_id"],
            "" if one["line"] is None else str(one["line"]),
            one["ours_yuan"],
            one["theirs_yuan"],
            str(one["age_days"]),
        )
    console.print(table)
    owners = sorted({one["owner"] for one in found["disputes"]})
    console.print("责任岗位 owner: " + ", ".join(f"{ROLE_NAMES[one]} {one}" for one in owners))
    if found["disputed"] > MAX_SHOWN:
        console.print(f"… and {found['disputed'] - MAX_SHOWN} more 其余见 --json")


def _say_share(share: dict[str, Any]) -> None:
    table = table_of(f"{share['dimension_name']} {share['dimension']}", "金额 yuan")
    rest = share["items"][MAX_SHOWN:]
    for one in share["items"][:MAX_SHOWN]:
        table.add_row(one["key"] or "未分摊 nobody", _yuan(one["amount_fen"]))
    others = share["others_fen"] + sum(one["amount_fen"] for one in rest)
    if rest or share["others"]:
        table.add_row(f"其余 {len(rest) + share['others']} others", _yuan(others))
    console.print(table)


def _body_of(statement: Path) -> dict[str, str]:
    content = statement.read_bytes()
    if len(content) > MAX_FILE_BYTES:
        fail("the statement is larger than 4 MB 对账单超过 4 MB")
    return {
        "file_name": statement.name,
        "content_base64": base64.b64encode(content).decode(),
    }


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):,}"
