"""`puhui portfolio`: who is offered how much at what rate within a budget; the monthly report."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from infra.cli import portfolio_options as options
from infra.cli.console import console, errors, fail
from infra.cli.portfolio_month import report

if TYPE_CHECKING:
    from infra.portfolio_run import Asked

FEN_PER_YUAN: Final = 100
HELP: Final = "Limits and prices of a whole portfolio 组合额度与定价; its monthly report 月报."


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help=HELP)
    group.callback()(_describe)
    group.command("allocate")(allocate)
    group.command("report")(report)
    app.add_typer(group, name="portfolio")


def allocate(  # noqa: PLR0913  (one parameter per option)
    *,
    data: options.Data,
    budget_yuan: options.Budget,
    as_of: options.AsOf = None,
    sector_limit_percent: options.SectorLimit = None,
    grade_limit_percent: options.GradeLimit = None,
    approved_only: options.ApprovedOnly = False,
    shock: options.ShockFile = None,
    shock_sector: options.ShockSector = None,
    shock_pd_multiplier: options.ShockPd = "2",
    shock_sales_multiplier: options.ShockSales = "1",
    sensitivity: options.Sensitivity = True,
    chart: options.Chart = None,
    as_json: options.AsJson = False,
) -> None:
    """Maximise expected profit under a budget (组合优化); its libraries come on first use."""
    from infra.portfolio_run import Asked
    from risk.domain.portfolio.problem import Concentration

    asked = Asked(
        data=data,
        budget_fen=options.checked_budget(budget_yuan) * FEN_PER_YUAN,
        as_of=options.checked_day(as_of),
        concentration=Concentration(
            sector_ppm=options.checked_share("--sector-limit-percent", sector_limit_percent),
            grade_ppm=options.checked_share("--grade-limit-percent", grade_limit_percent),
        ),
        approved_only=approved_only,
        shock=options.checked_shock(
            shock, shock_sector, shock_pd_multiplier, shock_sales_multiplier
        ),
        sensitivity=sensitivity,
        frontier=chart is not None,
    )
    options.check_chart(chart)
    _show(_allocated(asked), chart, as_json)


def _describe() -> None:
    """Limits and prices of a whole portfolio 组合额度与定价, and its monthly report 月报."""


def _allocated(asked: Asked) -> dict[str, Any]:
    from infra.backtest_firm_files import PopulationNotReadable
    from infra.own_environment import EnvironmentFailed
    from infra.portfolio_run import allocate as allocate_portfolio
    from puhui.china.rule_tables import NoRuleInForce
    from puhui.errors import PuhuiError

    try:
        return allocate_portfolio(asked, say=errors.print)
    except (PopulationNotReadable, EnvironmentFailed) as error:
        fail(str(error))
    except NoRuleInForce as error:
        fail(f"--as-of: rule {error.rule}: {error.message}")
    except PuhuiError as error:
        fail(error.message)


def _show(report: dict[str, Any], chart: Path | None, as_json: bool) -> None:
    drawn: list[Path] = []
    if chart is not None:
        from infra.portfolio_chart import draw

        drawn = draw(report, chart)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return
    from infra.cli.portfolio_tables import tables

    for part in (*tables(report), *(f"图 chart: {path}" for path in drawn)):
        if isinstance(part, str):
            console.print(part, markup=False)
        else:
            console.print(part)
