"""`puhui demo`: a population of firms through the whole factory, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.console import console, fail
from infra.cli.json_report import check_report, write_report

DEFAULT_APPLICANTS = 20
DEFAULT_SEED = "42"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of a bank's own firms (docs/data-format.md); else simulated."),
    ] = None,
    applicants: Annotated[
        int | None,
        typer.Option(min=1, help=f"How many firms: {DEFAULT_APPLICANTS}, or all of the folder."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the JSON report here.")] = None,
    seed: Annotated[str, typer.Option(help="Seed of whatever is simulated.")] = DEFAULT_SEED,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the APIs; 0 takes a free one.")
    ] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the local cloud serving.")] = False,
) -> None:
    """Send firms through the factory; it plays customer, relationship manager and approver."""
    from infra.cli.extdata_setup import NotOnboarded
    from infra.demo.session import Demonstration, NoFirms

    check_report(report)
    try:
        session = Demonstration(data=data, applicants=applicants, seed=seed, console=console)
    except NoFirms as refused:
        fail(str(refused))
    session.introduce()
    with session.local_cloud(port) as cloud:
        try:
            result = session.play(cloud)
        except NotOnboarded as trouble:
            fail(str(trouble))
        write_report(report, result)
        session.archive(cloud)
        session.say_where_to_look(result, cloud, kept=keep)
        if keep:
            cloud.serve_until_interrupted()
            session.archive(cloud)
    if result["stuck"] or result["trial_balance_fen"]:
        raise typer.Exit(1)
