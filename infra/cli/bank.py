"""`puhui bank init FILE`: set a bank up from one file, over the operations API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer
from infra.cli.console import console, fail

from infra.cli.bank_file import BankFile, BankFileNotValid, read_bank_file
from infra.demo.api import ApiRefused, BankApi, shared_client

DEFAULT_URL = "http://127.0.0.1:8080"
"""Where `puhui up` serves."""

__all__ = ["BankFile", "read_bank_file", "register", "set_up_bank"]

bank_commands = typer.Typer(help="A bank's own set-up.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(bank_commands, name="bank")


@bank_commands.callback()
def _bank() -> None:
    """A bank's own set-up (机构设置)."""


@bank_commands.command("init")
def init(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="See docs/examples/demo-bank.yaml."),
    ],
    url: Annotated[str, typer.Option(help="Base URL of the platform's APIs.")] = DEFAULT_URL,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="PUHUI_TOKEN",
            help="An administrator's token of this bank: puhui token --role admin --bank BANK_ID.",
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Check the file; send nothing.")] = False,
) -> None:
    """Set up bank, branches, staff, authority and products; repeating it changes nothing."""
    try:
        bank = read_bank_file(file)
    except BankFileNotValid as refused:
        fail(str(refused))
    if check:
        console.print(f"{file} describes {bank.bank.name}; nothing was sent.")
        return
    if not token:
        fail(f"--token is missing: puhui token --role admin --bank {bank.bank_id}")
    try:
        with shared_client(url) as client:
            set_up_bank(BankApi(client, token), bank)
    except (ApiRefused, BankFileNotValid, httpx.HTTPError) as trouble:
        fail(f"{url}: {trouble}")
    console.print(
        f"{bank.bank.name} ({bank.bank_id}): {len(bank.branches)} branches, "
        f"{len(bank.staff)} staff, {len(bank.products)} products."
    )


def set_up_bank(admin: BankApi, bank: BankFile) -> None:
    """Send everything as the bank's administrator; repeating it changes nothing."""
    for path, body in bank.requests():
        answer = admin.put(path, body)
        told = answer.get("bank_id", bank.bank_id)
        if told != bank.bank_id:
            raise BankFileNotValid(f"the token is of {told}, the file of {bank.bank_id}")
