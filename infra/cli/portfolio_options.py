"""The options of `puhui portfolio allocate`, and one sentence for each that makes no sense."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infra.cli.console import fail

if TYPE_CHECKING:
    from risk.domain.portfolio.shock import Shock

PPM: Final = 1_000_000
LEAST_YUAN: Final = 100_000
MOST_YUAN: Final = 10**12
ISO_DATE_LENGTH: Final = 10
MOST_TIMES: Final = 100

Data = Annotated[Path, typer.Option(help="Folder with firms (docs/data-format.md).")]
Budget = Annotated[int, typer.Option(help="What may be offered altogether, in yuan.")]
AsOf = Annotated[str | None, typer.Option(help="Else the day after the data.", metavar="DATE")]
SectorLimit = Annotated[int | None, typer.Option(help="Most of the budget for one sector, %.")]
GradeLimit = Annotated[int | None, typer.Option(help="Most of the budget for one grade, %.")]
ApprovedOnly = Annotated[
    bool, typer.Option("--approved-only", help="Leave out whom the policy refers to a person.")
]
ShockFile = Annotated[Path | None, typer.Option(help="A shock in JSON (docs/portfolio.md).")]
ShockSector = Annotated[str | None, typer.Option(help="A sector that is hit: E, or 建筑业.")]
ShockPd = Annotated[str, typer.Option(help="So many times as risky is the sector that is hit.")]
ShockSales = Annotated[str, typer.Option(help="Its sales are so many times what they were.")]
Sensitivity = Annotated[bool, typer.Option(help="Change one assumption at a time.")]
Chart = Annotated[Path | None, typer.Option(help="Draw three pictures into a folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def checked_budget(budget_yuan: int) -> int:
    """At least one loan."""
    if budget_yuan <= 0:
        fail("--budget-yuan: rule positive: must be above 0")
    if not LEAST_YUAN <= budget_yuan <= MOST_YUAN:
        fail(
            f"--budget-yuan: rule range: from {LEAST_YUAN:,} (the least loan) to {MOST_YUAN:,} yuan"
        )
    return budget_yuan


def checked_share(option: str, percent: int | None) -> int | None:
    """A share of the budget in parts per million."""
    if percent is None:
        return None
    if not 1 <= percent <= 100:
        fail(f"{option}: rule range: from 1 to 100")
    return percent * PPM // 100


def checked_day(text: str | None) -> date | None:
    """An ISO date."""
    if text is None:
        return None
    try:
        if len(text) != ISO_DATE_LENGTH:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--as-of: rule date: {text} is no date like 2020-03-01")


def checked_shock(file: Path | None, sector: str | None, pd: str, sales: str) -> Shock | None:
    """The shock of a file, or of the options; both at once would be a riddle."""
    from infra.portfolio_shock import ShockNotReadable, read_shock, shock_of_sector

    if file is not None and sector is not None:
        fail("--shock: rule one: either a file or --shock-sector, not both")
    times = (_times("--shock-pd-multiplier", pd), _times("--shock-sales-multiplier", sales))
    try:
        if file is not None:
            return read_shock(file)
        if sector is None:
            return None
        return shock_of_sector(sector, pd_times=times[0], sales_times=times[1])
    except ShockNotReadable as error:
        fail(str(error))


def check_chart(chart: Path | None) -> None:
    """Refuse a bad place before minutes of work, not after."""
    if chart is None:
        return
    existing = chart if chart.exists() else chart.resolve().parent
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        fail(f"--chart: rule writable: {chart} is not a folder that can be written to")


def _times(option: str, text: str) -> Decimal:
    try:
        times = Decimal(text)
    except InvalidOperation:
        fail(f"{option}: rule number: {text} is no number")
    if not (times.is_finite() and 0 <= times <= MOST_TIMES):
        fail(f"{option}: rule range: from 0 to {MOST_TIMES}")
    return times
