"""`puhui simulate`: a portfolio of simulated borrowers lived through, month by month."""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.console import console, errors, fail

if TYPE_CHECKING:
    from infra.simulation.machine import Lived
    from infra.simulation.options import Options

FIRST_START: Final = date(2019, 9, 1)
"""The LPR that prices a loan begins in August 2019."""
LAST_START: Final = date(2030, 1, 1)
MOST_APPLICANTS: Final = 100_000
MOST_MONTHS: Final = 120
PAGE_MONTHS: Final = 12
Start = Annotated[str, typer.Option(help="The first day, the first of a month.", metavar="DATE")]
Daily = Annotated[
    bool, typer.Option("--daily", help="Close and watch every day, not by month and week.")
]
Charts = Annotated[Path | None, typer.Option(help="Draw four pictures into a folder.")]
Page = Annotated[Path | None, typer.Option(help="Write the last month's 资产组合月报 into a file.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(  # noqa: PLR0913  (one parameter per option)
    *,
    months: Annotated[int, typer.Option(min=1, max=MOST_MONTHS, help="How long it lives.")] = 24,
    applicants: Annotated[
        int,
        typer.Option(min=3, max=MOST_APPLICANTS, help="Who ask, in the first three quarters."),
    ] = 1_000,
    seed: Annotated[str, typer.Option(help="The same seed gives the same bytes.")] = "42",
    start: Start = "2024-02-01",
    daily: Daily = False,
    max_pd_percent: Annotated[
        int, typer.Option(min=1, max=100, help="Owners (firms' too) and farmers above: no.")
    ] = 2,
    officers: Annotated[int, typer.Option(min=1, max=1_000, help="Who answer warnings.")] = 6,
    charts: Charts = None,
    page: Page = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Live a portfolio through (时间机器): lend, collect, classify, warn; 模拟 SIMULATION."""
    from infra.simulation.options import Options

    if charts is not None and charts.exists() and not charts.is_dir():
        fail(f"--charts: rule folder: {charts} is not a folder")
    options = Options(
        months=months,
        applicants=applicants,
        seed=seed,
        start=_start(start),
        daily=daily,
        max_pd_percent=max_pd_percent,
        officers=officers,
    )
    report, lived = _lived(options)
    if page is not None:
        _write_page(report, page)
    _show(report, lived, charts, as_json)
    books = report["books"]
    if books["unbalanced_days"] or books["violations"]:
        raise typer.Exit(1)


def _lived(options: Options) -> tuple[dict[str, Any], Lived]:
    from infra.simulation.machine import live
    from infra.simulation.options import LABEL
    from infra.simulation.report import report_of

    began = time.monotonic(), time.process_time()
    lived = live(options, say=lambda line: errors.print(f"{LABEL} {line}", markup=False))
    report = dict(report_of(lived))
    took, worked = time.monotonic() - began[0], time.process_time() - began[1]
    errors.print(f"用时 took: {took:.0f} s, of which {worked:.0f} s of one core 单核")
    return report, lived


def _show(report: dict[str, Any], lived: Lived, charts: Path | None, as_json: bool) -> None:
    drawn: list[Path] = []
    if charts is not None:
        from infra.simulation.report import leads_of
        from infra.simulation_chart import draw

        drawn = draw(report, leads_of(lived), charts)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return
    from infra.cli.simulate_tables import tables

    for part in (*tables(report), *(f"图 chart: {path}" for path in drawn)):
        if isinstance(part, str):
            console.print(part, markup=False)
        else:
            console.print(part)


def _write_page(report: dict[str, Any], file: Path) -> None:
    from infra.portfolio_page import page

    months = report["months"][-PAGE_MONTHS:]
    try:
        file.write_text(page(months, bank="模拟银行", label=report["label"]), encoding="utf-8")
    except OSError as error:
        fail(f"--page: rule file: {file} cannot be written: {error.strerror}")
    errors.print(f"月报 page: {file}", markup=False)


def _start(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        fail(f"--start: rule date: {text} is no date like 2024-02-01")
    if day.day != 1:
        fail(f"--start: rule first_of_month: {text} is not the first of a month")
    if not FIRST_START <= day <= LAST_START:
        fail(f"--start: rule range: from {FIRST_START} to {LAST_START}")
    return day
