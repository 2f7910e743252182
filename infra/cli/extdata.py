"""`puhui extdata`: the bank's data providers, from registration to the first query."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_access import Replace, agree_to_losses, register_access
from infra.cli.extdata_audit import register_audit
from infra.cli.extdata_consent import register_consents
from infra.cli.extdata_demo import register_demo
from infra.cli.extdata_desk import (
    ADDRESS,
    DEMO_BANK,
    Address,
    Bank,
    desk_of,
    print_json,
    print_rows,
    table_of,
)
from infra.cli.extdata_file import ACCESS_FILE
from infra.cli.extdata_finance import register_finance
from infra.cli.extdata_keys import keys
from infra.cli.extdata_quality import register_quality
from infra.cli.extdata_query import register_queries

extdata = typer.Typer(no_args_is_help=True)
provider = typer.Typer(help="Data providers 服务商.", no_args_is_help=True)
connector = typer.Typer(help="Providers' APIs 接口.", no_args_is_help=True)
route = typer.Typer(help="Which provider is asked first 路由.", no_args_is_help=True)
price = typer.Typer(help="What calls cost 价格.", no_args_is_help=True)
for name, group in (
    ("provider", provider),
    ("api", connector),
    ("route", route),
    ("price", price),
):
    extdata.add_typer(group, name=name)
provider.add_typer(keys, name="key")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
ConnectorId = Annotated[str, typer.Argument(help="As in the provider's file.")]
Version = Annotated[int | None, typer.Option(help="The newest one when left out.")]


def register(app: typer.Typer) -> None:
    """Add the command group with the commands of the files beside it."""
    for add in (
        register_access,
        register_consents,
        register_queries,
        register_audit,
        register_finance,
        register_quality,
        register_demo,
    ):
        add(extdata)
    app.add_typer(extdata, name="extdata")


@extdata.callback()
def _address(
    url: Annotated[
        str | None,
        typer.Option(
            envvar="PUHUI_URL", help="Base URL of the APIs; else this machine's `puhui up`."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="PUHUI_TOKEN", help="Your own token: every step is then yours alone."),
    ] = None,
) -> None:
    """External data 外部数据服务: this machine's `puhui up` or, with --url and --token, a bank's.

    Without a token the local cloud lets a command speak as everybody: steward, risk manager …
    """
    ADDRESS.set(Address(url or None, token or None))


@provider.command("register")
def register_provider(
    file: File,
    bank: Bank = DEMO_BANK,
    sandbox_keys: Annotated[
        bool,
        typer.Option(
            "--sandbox-keys",
            help="Also take the keys of the sandbox's kit; on this machine's `puhui up` only.",
        ),
    ] = False,
) -> None:
    """Register a provider (登记服务商); registering it again changes only what differs."""
    from infra.cli.extdata_file import read_provider_file

    with desk_of(bank) as desk:
        described = read_provider_file(file)
        kept = desk.onboarding.register(described)
        if sandbox_keys:
            desk.onboarding.sandbox_keys(described)
    console.print(f"{kept['provider_id']} {kept['name']} 已登记, version {kept['version']}.")


@provider.command("list")
def list_providers(bank: Bank = DEMO_BANK) -> None:
    """List the registered providers."""
    table = table_of("服务商 provider", "名称 name", "合同至 until", "评分 score")
    with desk_of(bank) as desk:
        for one in desk.steward.get("/extdata/providers")["items"]:
            table.add_row(
                one["provider_id"],
                one["name"],
                one["contract"]["valid_to"],
                str(one["score"]),
            )
    console.print(table)


@provider.command("show")
def show_provider(provider_id: str, bank: Bank = DEMO_BANK) -> None:
    """Show one provider; of its keys only names and kinds."""
    with desk_of(bank) as desk:
        print_json(desk.steward.get(f"/extdata/providers/{provider_id}"))


@provider.command("kit")
def show_kit(provider_id: str, bank: Bank = DEMO_BANK) -> None:
    """Show whom a simulated provider knows; of this machine's sandbox only 仅本机沙箱."""
    with desk_of(bank) as desk:
        print_json(desk.onboarding.kit(provider_id)["test_subjects"])


@connector.command("demand")
def demand(file: File, bank: Bank = DEMO_BANK) -> None:
    """Demand every connector of a provider's file (需求登记); a changed one is a new version."""
    from infra.cli.extdata_file import read_provider_file

    with desk_of(bank) as desk:
        for body in desk.onboarding.demands(read_provider_file(file)):
            _say_stage(desk.steward.post("/extdata/connectors", body))


@connector.command("test")
def try_out(connector_id: ConnectorId, bank: Bank = DEMO_BANK, version: Version = None) -> None:
    """Run a connector's test cases against the provider's mock (联调)."""
    with desk_of(bank) as desk:
        tested = desk.onboarding.tried(desk.path(connector_id, version))
    _say_stage(tested)
    seen = tested["test"]
    console.print(f"{seen['passed']} 通过 passed, {seen['failed']} 失败 failed.")
    for failure in seen["failures"]:
        console.print(f"  {failure}", markup=False)
    if seen["failed"]:
        raise typer.Exit(1)


@connector.command("approve")
def approve(connector_id: ConnectorId, bank: Bank = DEMO_BANK, version: Version = None) -> None:
    """Approve a tested connector (审批): as the risk manager, who did not demand or test it."""
    with desk_of(bank) as desk:
        _say_stage(desk.checker.post(f"{desk.path(connector_id, version)}/approval"))


@connector.command("publish")
def publish(connector_id: ConnectorId, bank: Bank = DEMO_BANK, version: Version = None) -> None:
    """Publish an approved connector (发布): usable at once, without a deployment."""
    with desk_of(bank) as desk:
        _say_stage(desk.steward.post(f"{desk.path(connector_id, version)}/publication"))


@connector.command("retire")
def retire(connector_id: ConnectorId, bank: Bank = DEMO_BANK, version: Version = None) -> None:
    """Take a published connector out of use (下线); replays still work."""
    with desk_of(bank) as desk:
        _say_stage(desk.steward.post(f"{desk.path(connector_id, version)}/retirement"))


@connector.command("list")
def list_connectors(bank: Bank = DEMO_BANK) -> None:
    """List every version of every connector: its stage, when published, and who approved."""
    table = table_of(
        "接口 connector", "版本", "服务商 provider", "产品 product", "阶段", "发布", "审批 by"
    )
    with desk_of(bank) as desk:
        for one in desk.steward.get("/extdata/connectors")["items"]:
            table.add_row(
                one["connector_id"],
                str(one["version"]),
                one["provider_id"],
                one["product"],
                one["stage_name"],
                _day_in_china(one["published_at"]),
                one["approved_by"] or "",
            )
    print_rows(table)


@connector.command("show")
def show_connector(
    connector_id: ConnectorId, bank: Bank = DEMO_BANK, version: Version = None
) -> None:
    """Show one version with its specification."""
    with desk_of(bank) as desk:
        print_json(desk.steward.get(desk.path(connector_id, version)))


@route.command("set")
def set_routes(file: File, bank: Bank = DEMO_BANK) -> None:
    """Set the route tables of a file (路由); an unchanged table keeps its version."""
    with desk_of(bank) as desk:
        for product, version in desk.onboarding.routes(file).items():
            console.print(f"{product}: version {version}")


@price.command("add")
def add_prices(file: File, bank: Bank = DEMO_BANK) -> None:
    """Add the prices of a provider's file (价格); the same price again changes nothing."""
    from infra.cli.extdata_file import read_provider_file

    with desk_of(bank) as desk:
        for body in read_provider_file(file).prices:
            kept = desk.onboarding.price(body)
            console.print(f"{kept['connector_id']}: {kept['basis']} from {kept['effective_from']}")


@extdata.command("onboard")
def onboard(files: Annotated[list[Path], typer.Argument()], bank: Bank = DEMO_BANK) -> None:
    """Everything of a provider's file at once: register, demand, test, approve, publish, prices.

    With a token it stops after the test and prints what the other person does. A simulated
    provider's keys come from the sandbox; a real one's are put before (`provider key put`).
    """
    from infra.cli.extdata_file import read_provider_file

    with desk_of(bank) as desk:
        for path in files:
            if not path.is_file():
                fail(f"{path} is no file")
            desk.onboarding.file(read_provider_file(path))


@extdata.command("init")
def init(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    bank: Bank = DEMO_BANK,
    replace: Replace = False,
) -> None:
    """Set up everything of a folder: providers, access, routes; repeating it changes nothing.

    With a token it does what this person may do, and prints what others do.
    """
    with desk_of(bank) as desk:
        if (folder / ACCESS_FILE).is_file():
            agree_to_losses(desk, folder / ACCESS_FILE, replace)
        desk.onboarding.folder(folder)


def _day_in_china(moment: str | None) -> str:
    from puhui.clock import CHINA

    if moment is None:
        return ""
    day: date = datetime.fromisoformat(moment).astimezone(CHINA).date()
    return day.isoformat()


def _say_stage(one: dict[str, Any]) -> None:
    where = f"{one['connector_id']} v{one['version']}"
    console.print(f"{where}: {one['stage_name']} {one['stage']}", markup=False)
