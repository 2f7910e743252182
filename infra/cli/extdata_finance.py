"""`puhui extdata bill`: what data cost in a month, the month's close, a provider's statement."""

from __future__ import annotations

import base64
import csv
import os
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_bill_tables import line_name, say_bill, say_reconciliation
from infra.cli.extdata_desk import DEMO_BANK, Bank, Desk, desk_of, month_of, print_json

LINE_HEADING = (
    "服务商", "接口编号", "账单行", "所属月份", "价格起始日", "次数", "单价(元)", "金额(元)",
)  # fmt: skip


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
    csv_file: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            dir_okay=False,
            help="Write all disputes 全部差异 here; without --provider the bill's lines 账单行.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="As the API answers it, with all disputes 全部差异.")
    ] = False,
    bank: Bank = DEMO_BANK,
) -> None:
    """Show a month's bill (月度账单), close it, hold a provider's statement against it (对账)."""
    _check(month, provider, statement, csv_file)
    body = None if statement is None else _body_of(statement)
    path = f"/extdata/bills/{month}"
    with desk_of(bank) as desk:
        found = desk.finance.post(f"{path}/closing") if close else desk.finance.get(path)
        compared = None
        if body is not None:
            desk.finance.post(f"{path}/statements/{provider}", body)
        if provider is not None:
            at = f"{path}/reconciliations/{provider}"
            compared = desk.finance.get_all(at, "disputes") if as_json else desk.finance.get(at)
        rows = [] if csv_file is None else _rows(desk, found, provider)
    if as_json:
        print_json({"bill": found, "reconciliation": compared})
    else:
        _say(found, compared)
    if csv_file is not None:
        _write(csv_file, rows, quiet=as_json)


def line_rows(found: dict[str, Any]) -> list[list[str]]:
    """The lines of a bill as rows for a spreadsheet; no cell can be taken for a formula."""
    from extdata.domain.dispute import safe_cell

    rows = [
        [
            line["provider_id"],
            line["connector_id"],
            line_name(line),
            line["of_month"],
            line["price_from"] or "",
            str(line["count"]),
            line["unit_yuan"] or "",
            f"{Decimal(line['amount_fen']).scaleb(-2)}",
        ]
        for line in found["lines"]
    ]
    return [list(LINE_HEADING), *([safe_cell(cell) for cell in row] for row in rows)]


def _check(month: str, provider: str | None, statement: Path | None, csv_file: Path | None) -> None:
    """Refuse what cannot work before anything is sent: a close is for good."""
    month_of(month)
    if statement is not None and provider is None:
        fail("say whose statement it is 请指明服务商: --provider ID")
    if csv_file is not None and not os.access(csv_file.resolve().parent, os.W_OK):
        fail(f"--csv: {csv_file.resolve().parent} is not a folder that can be written to")


def _rows(desk: Desk, found: dict[str, Any], provider: str | None) -> list[list[str]]:
    """What the file holds: every dispute with a provider, or the lines of the bill."""
    if provider is None:
        return line_rows(found)
    path = f"/extdata/bills/{found['month']}/reconciliations/{provider}/disputes"
    listed = desk.finance.get_all(path, "rows")
    return [listed["heading"], *listed["rows"]]


def _say(found: dict[str, Any], compared: dict[str, Any] | None) -> None:
    say_bill(found)
    if compared is not None:
        say_reconciliation(compared)


def _write(file: Path, rows: list[list[str]], *, quiet: bool) -> None:
    """CSV that a spreadsheet opens as Chinese: UTF-8 with its mark."""
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows(rows)
    except OSError as trouble:
        fail(f"--csv: {trouble}")
    if not quiet:
        console.print(f"{len(rows) - 1} 行 rows: {file}", markup=False)


def _body_of(statement: Path) -> dict[str, str]:
    from extdata.domain.statement import MAX_FILE_BYTES

    content = statement.read_bytes()
    if len(content) > MAX_FILE_BYTES:
        megabytes = MAX_FILE_BYTES // 1024**2
        fail(f"the statement is larger than {megabytes} MB 对账单超过 {megabytes} MB")
    return {
        "file_name": statement.name,
        "content_base64": base64.b64encode(content).decode(),
    }
