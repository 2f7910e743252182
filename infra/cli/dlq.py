"""`puhui dlq`: what failed for good, and another try."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.cli.console import console

dlq_commands = typer.Typer(help="Dead letters of every queue (死信).", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(dlq_commands, name="dlq")


@dlq_commands.command("list")
def list_letters(
    show: Annotated[bool, typer.Option("--show", help="Also what kind of messages.")] = False,
) -> None:
    """List the dead-letter queues of the running cloud and what waits in them."""
    from rich.table import Table

    from infra.local.dead_letters import DeadLetters
    from infra.local.running import running_cloud

    letters = DeadLetters(running_cloud())
    table = Table("queue", "waiting", "redrive goes to")
    total = 0
    for queue in letters.queues():
        total += queue.waiting
        table.add_row(queue.name, str(queue.waiting), queue.source or "by kind of message")
    console.print(table)
    if show:
        for name, summary in letters.summaries():
            console.print(f"{name}: {summary}", markup=False)
    console.print(f"{total} waiting in all.")


@dlq_commands.command("redrive")
def redrive(
    queue: Annotated[
        str | None, typer.Argument(help="Name or end of it; every queue when left out.")
    ] = None,
) -> None:
    """Give dead letters another try; doing it twice moves nothing twice."""
    from infra.local.dead_letters import DeadLetters
    from infra.local.running import running_cloud

    moved, left = DeadLetters(running_cloud()).redrive(queue)
    for reason in left:
        console.print(reason, markup=False)
    console.print(f"{moved} sent again, {len(left)} left.")
    if left:
        raise typer.Exit(1)
