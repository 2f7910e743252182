"""Who speaks in `puhui risk`: one person with a token, or two people of a local bank."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import fail

if TYPE_CHECKING:
    from infra.demo.api import BankApi

DEMO_BANK = "demo-bank"
Bank = Annotated[
    str, typer.Option(help="Bank id on this machine's `puhui up`; a token says its bank itself.")
]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@dataclass(frozen=True)
class Address:
    """Where the API is and as whom; nothing is this machine's `puhui up` and its own tokens."""

    url: str | None = None
    token: str | None = None


ADDRESS: ContextVar[Address] = ContextVar("RISK_ADDRESS")
"""What `puhui risk --url … --token …` said, for whichever command follows it."""


@dataclass(frozen=True)
class RiskDesk:
    """Whoever proposes, and whoever approves; with a token both are the one person whose it is."""

    maker: BankApi
    checker: BankApi


@contextmanager
def risk_desk(bank: str) -> Iterator[RiskDesk]:
    """The desk at the address of the command; whatever goes wrong is one sentence."""
    import httpx

    from infra.demo.api import ApiRefused, BankApi, shared_client

    url, maker, checker = _place(ADDRESS.get(Address()), bank)
    with shared_client(url) as client:
        try:
            yield RiskDesk(BankApi(client, maker), BankApi(client, checker))
        except ApiRefused as refused:
            fail(refused.sentence)
        except httpx.HTTPError as trouble:
            fail(str(trouble))


def _place(address: Address, bank: str) -> tuple[str, str, str]:
    """The base URL and the tokens of both; only this machine issues tokens itself."""
    token = address.token
    if address.url is not None:
        if token is None:
            fail("--token or PUHUI_TOKEN is missing: your own token of the bank 缺少本人令牌")
        return address.url, token, token
    from infra.local.running import running_cloud

    cloud = running_cloud()
    if "risk" not in cloud.description["modules"]:
        fail("the running cloud has no risk 本地云没有风控模块: puhui up --modules …")
    issue = cloud.tokens.issue
    return (
        cloud.gateway_url,
        token or issue("underwriter", bank),
        token or issue("risk_manager", bank),
    )


def read_json(file: Path) -> Any:
    """The JSON of a file; anything else ends the command."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        fail(f"{file} is no JSON 不是 JSON 文件")


def key_of(file: Path) -> str:
    """The idempotency key of a proposal: the same file proposed again is the same proposal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:40]
