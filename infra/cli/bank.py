"""`puhui bank init FILE`: set a bank up from one file, over the operations API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer

from infra.cli.bank_file import BankFile, BankFileNotValid, read_bank_file
from infra.cli.console import console, fail
from infra.demo.api import ApiRefused, BankApi, shared_client

__all__ = ["BankFile", "read_bank_file", "register", "set_up_bank"]

bank_commands = typer.Typer(help="A bank's own set-up 机构设置.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(bank_commands, name="bank")


@bank_commands.callback()
def _bank() -> None:
    """A bank's own set-up 机构设置."""


@bank_commands.command("init")
def init(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="See docs/examples/demo-bank.yaml."),
    ],
    url: Annotated[
        str | None,
        typer.Option(
            envvar="PUHUI_URL", help="Base URL of the APIs; else this machine's `puhui up`."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="PUHUI_TOKEN", help="A token of this bank's administrator."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Check the file; send nothing.")] = False,
) -> None:
    """Set up bank, branches, staff, authority and products; repeating it changes nothing."""
    try:
        bank = read_bank_file(file)
        if check:
            console.print(f"{file} describes {bank.bank.name}; nothing was sent.", markup=False)
            return
        base_url, bearer = _address(bank, url, token)
        with shared_client(base_url) as client:
            set_up_bank(BankApi(client, bearer), bank)
    except (ApiRefused, BankFileNotValid, httpx.HTTPError) as trouble:
        fail(str(trouble))
    console.print(
        f"{bank.bank.name} ({bank.bank_id}): {len(bank.branches)} branches, "
        f"{len(bank.staff)} staff, {len(bank.products)} products.",
        markup=False,
    )


def set_up_bank(admin: BankApi, bank: BankFile) -> None:
    """Send everything as the bank's administrator; repeating it changes nothing."""
    for path, body in bank.requests():
        answer = admin.put(path, body)
        told = answer.get("bank_id", bank.bank_id)
        if told != bank.bank_id:
            raise BankFileNotValid(f"the token is of {told}, the file of {bank.bank_id}")


def _address(bank: BankFile, url: str | None, token: str | None) -> tuple[str, str]:
    """Where the bank is and as whom; the local cloud on this machine issues its own tokens."""
    if url is not None and token is not None:
        return url, token
    if url is not None:
        fail("--token is missing: a token of this bank's administrator")
    from infra.local.running import running_cloud

    cloud = running_cloud()
    return cloud.gateway_url, token or cloud.tokens.issue("admin", bank.bank_id)
