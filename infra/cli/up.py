"""`puhui up`: the whole platform on one port until Ctrl-C."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.console import console, fail

if TYPE_CHECKING:
    from infra.local.cloud import LocalCloud

DEFAULT_PORT = 8080


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)


def up(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = DEFAULT_PORT,
    modules: Annotated[
        str | None, typer.Option(help="Comma-separated; all of them when left out.")
    ] = None,
    business_date: Annotated[
        str, typer.Option(help="会计日期, an ISO date, or `calendar` for today in China.")
    ] = "calendar",
    assembly: Annotated[
        Path | None,
        typer.Option(help="A synthesised assembly; made from the sources when left out."),
    ] = None,
    schedules: Annotated[
        bool, typer.Option("--schedules", help="Let schedules fire by the clock.")
    ] = False,
) -> None:
    """Serve every API on one port, with tokens, uploads and API pages, until Ctrl-C."""
    from infra.local.cloud import LocalCloud

    if business_date != "calendar" and not _is_date(business_date):
        fail("--business-date is an ISO date such as 2026-11-02, or `calendar`")
    folder = assembly or synthesised(modules)
    with console.status("Starting the local cloud …"):
        cloud = LocalCloud(
            folder, port=port, business_date=business_date, schedules_enabled=schedules
        ).start()
    with cloud:
        say_where(cloud)
        cloud.serve_until_interrupted()
    console.print("Stopped. 已停止。")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def synthesised(modules: str | None = None) -> Path:
    """The assembly of the sources as they are now; seconds when they changed, else at once."""
    from infra.synth import synthesise

    with console.status("Synthesising the stacks …"):
        return synthesise(modules=modules.split(",") if modules else None)


def say_where(cloud: LocalCloud) -> None:
    """Print every address, how to get a token, and how to apply for a loan."""
    from infra.cli.how_to import script

    url = cloud.gateway_url
    console.print(f"\n[bold]普惠 Puhui[/] on {url}, in {cloud.started_seconds:.1f} s")
    for module in cloud.modules:
        console.print(f"  {module:<12} {url}/{module}")
    console.print(f"  {'API 文档':<9} {url}/docs")
    console.print(f"  {'token keys':<12} {url}/oidc/jwks.json")
    console.print(f"  {'AWS endpoint':<12} {cloud.endpoint}  ({cloud.account.region})")
    console.print(f"  {'logs':<12} {cloud.state_dir / 'logs'}")
    console.print(f"  {'会计日期':<8} {cloud.business_date}")
    if "intake" in cloud.modules:
        console.print("\nIn another terminal 另开一个终端, to apply for a loan 申请一笔贷款:\n")
        console.print(script(url), markup=False)
    console.print("\nCtrl-C stops everything. 按 Ctrl-C 停止。")
