"""`puhui schedule`: the repayment plan of any terms and events, as JSON or as a table."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from infra.cli.console import EXIT_TROUBLE, console, fail

if TYPE_CHECKING:
    from puhui.errors import PuhuiError
    from servicing.plan_schemas import DrawnScheduleView, ScheduleBody

HEADINGS = (
    "期\nn",
    "起息日\nfrom",
    "还款日\ndue",
    "天数\ndays",
    "本金\nprincipal",
    "利息\ninterest",
    "合计\ntotal",
    "余额\nbalance",
)
TABLE_WIDTH = 120
"""Amounts are never cut short, however narrow the terminal."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schedule")(schedule)


def schedule(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", help="The request; without it, standard input.")
    ] = None,
) -> None:
    """Draw up a repayment plan; docs/repayment-plans.md is the dictionary of the request."""
    from puhui.errors import PuhuiError
    from servicing.plan_schemas import DrawnScheduleView, read_schedule_body
    from servicing.usecases.draw_schedule import DrawSchedule

    text = _request(file)
    try:
        body = read_schedule_body(text)
        drawn = DrawSchedule()(body.terms(), body.plan_events(), body.as_of)
    except PuhuiError as error:
        _refuse(error, as_json)
    view = DrawnScheduleView.of(drawn)
    if as_json:
        shown = view.model_dump(mode="json", exclude_none=True)
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(body, view)


def _request(file: Path | None) -> bytes:
    if file is None:
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")


def _refuse(error: PuhuiError, as_json: bool) -> NoReturn:
    """Name the field and the rule, in the error form of the API."""
    if not as_json:
        place = f"{error.field}: " if error.field else ""
        fail(f"{place}{error.message} ({error.rule or error.code})")
    shown = {
        "code": error.code,
        "message": error.message,
        "field": error.field,
        "rule": error.rule,
    }
    sys.stdout.write(json.dumps({"error": shown}, ensure_ascii=False, indent=2) + "\n")
    raise typer.Exit(EXIT_TROUBLE)


def _print(body: ScheduleBody, view: DrawnScheduleView) -> None:
    from rich.table import Table

    from servicing.domain.plan.methods import method_of

    method = method_of(body.method)
    console.print(f"还款计划 Repayment plan: {method.name} {method.code}")
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in view.rows:
        days = (str(row.n), str(row.from_date), str(row.due_date), str(row.days))
        table.add_row(*days, row.principal, row.interest, row.total, row.balance)
    console.print(table, width=max(console.width, TABLE_WIDTH))
    totals = view.totals
    console.print(
        f"本金 principal {totals.principal}, 利息 interest {totals.interest}, "
        f"合计 total {totals.total}, 年化综合成本 APR {view.apr_pct} %"
    )
    if view.payoff is not None:
        console.print(
            f"结清 pay-off on {view.payoff.date}: 本金 principal {view.payoff.principal}, "
            f"利息 interest {view.payoff.interest}, 合计 total {view.payoff.total}"
        )
