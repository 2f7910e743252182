"""`puhui extdata demo`: external data alone, with simulated providers; checks its promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.json_report import check_report, write_report

if TYPE_CHECKING:
    from infra.demo.extdata.bank import ExternalDataBank
    from infra.demo.extdata.outside import Outside

IN_MEMORY_QUERIES = 10_000
LOCAL_CLOUD_QUERIES = 500
DEFAULT_SEED = "42"


def register_demo(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    queries: Annotated[
        int | None,
        typer.Option(
            min=20,
            help=f"How many: {IN_MEMORY_QUERIES:,}, or {LOCAL_CLOUD_QUERIES} on the local cloud.",
        ),
    ] = None,
    local_cloud: Annotated[
        bool, typer.Option("--local-cloud", help="Through the deployed functions and the API.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write the JSON report here.")] = None,
    seed: Annotated[str, typer.Option(help="Seed of whatever is simulated.")] = DEFAULT_SEED,
) -> None:
    """Ask twelve simulated providers (沙箱模拟) with faults, on this machine only; verify all."""
    from infra.cli.extdata_setup import ApiRefused, NotOnboarded
    from infra.demo.extdata.report import print_report
    from infra.demo.extdata.run import Play

    check_report(report)
    count = queries or (LOCAL_CLOUD_QUERIES if local_cloud else IN_MEMORY_QUERIES)
    where = "local cloud 本地云" if local_cloud else "in memory 内存"
    console.print(
        f"[bold]{count:,} queries 查询[/], {where}; the twelve providers are simulated 沙箱模拟 "
        "and speak HTTP on this machine. Faults are planned 计划故障."
    )
    with _bank(local_cloud, seed) as (bank, outside), console.status("Asking …") as status:
        play = Play(bank, outside, seed, count, lambda done, of: status.update(f"{done:,}/{of:,}"))
        try:
            result = play()
        except (NotOnboarded, ApiRefused) as trouble:
            fail(str(trouble))
        status.stop()
        print_report(console, result)
    write_report(report, result)
    if _broken(result):
        raise typer.Exit(1)


@contextmanager
def _bank(local_cloud: bool, seed: str) -> Iterator[tuple[ExternalDataBank, Outside]]:
    """The bank's external data and the providers that it asks."""
    if local_cloud:
        from infra.demo.extdata.cloud_bank import cloud_bank

        with cloud_bank(seed, console) as found:
            yield found
        return
    from infra.demo.extdata.in_memory_bank import in_memory_bank
    from infra.demo.extdata.outside import Outside
    from infra.demo.extdata.run import TODAY, provider_server

    with provider_server(seed) as server, in_memory_bank(server.url, TODAY) as bank:
        yield bank, Outside(server.url)


def _broken(result: dict[str, Any]) -> bool:
    """Whether a promise of the gateway did not hold."""
    return bool(
        result["lost"]
        or result["overrun_quotas"]
        or result["unconsented_calls"]
        or result["reconciliation_gap_fen"]
        or result["audit"]["faults"]
        or result["replays"]["identical"] != result["replays"]["tried"]
    )
