"""Who sits at the desk of `puhui extdata`: one person with a token, or a local bank's people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.console import console, fail

if TYPE_CHECKING:
    import httpx

    from infra.local.running import RunningCloud

DEMO_BANK = "demo-bank"
CALENDAR = "calendar"
"""The accounting day of a deployed bank: today in China."""
IDS = 2
"""Columns that hold ids or short texts; the others may fold."""
MAX_ROW_WIDTH = 500
"""Columns of the screen; a row of the longest ids there can be is shorter."""
Bank = Annotated[
    str, typer.Option(help="Bank id on this machine's `puhui up`; a token says its bank itself.")
]


@dataclass(frozen=True)
class Address:
    """Where the API is and as whom; nothing is this machine's `puhui up` and its own tokens."""

    url: str | None = None
    token: str | None = None


ADDRESS: ContextVar[Address] = ContextVar("ADDRESS")
"""What `puhui extdata --url … --token …` said, for whichever command follows it."""


@dataclass(frozen=True)
class Desk:
    """The people of one bank; with a token all of them are the one person whose it is."""

    onboarding: Any
    steward: Any
    checker: Any
    asker: Any
    auditor: Any
    finance: Any
    today: date
    """The bank's accounting day."""

    def path(self, connector_id: str, version: int | None) -> str:
        """The address of a version; the newest when none is named."""
        if version is None:
            found = self.steward.get("/extdata/connectors")["items"]
            known = [one["version"] for one in found if one["connector_id"] == connector_id]
            if not known:
                fail(f"there is no connector {connector_id} 没有这个接口")
            version = max(known)
        return f"/extdata/connectors/{connector_id}/versions/{version}"


@dataclass(frozen=True)
class _Place:
    url: str
    token_of: Callable[[str], str]
    """The token of the person whose role it is."""
    alone: bool
    described: Mapping[str, Any]
    """What this machine's cloud says of itself; a deployed bank says nothing."""


@contextmanager
def desk_of(bank: str) -> Iterator[Desk]:
    """The desk at the address of the command; whatever goes wrong is one sentence."""
    import httpx

    from infra.cli.extdata_file import ExtdataFileNotValid
    from infra.cli.extdata_setup import ApiRefused, NotOnboarded
    from infra.demo.api import shared_client

    place = _place(ADDRESS.get(Address()), bank)
    with shared_client(place.url) as client:
        try:
            yield _desk(client, place)
        except ApiRefused as refused:
            fail(refused.sentence)
        except (NotOnboarded, ExtdataFileNotValid, httpx.HTTPError) as trouble:
            fail(str(trouble))


def _place(address: Address, bank: str) -> _Place:
    """A deployed API knows its person by the token; only this machine issues tokens for all."""
    token = address.token
    if address.url is None:
        cloud = _local_cloud()
        return _Place(
            cloud.gateway_url,
            lambda role: token or cloud.tokens.issue(role, bank),
            token is not None,
            cloud.description,
        )
    if token is None:
        fail("--token or PUHUI_TOKEN is missing: your own token of the bank 缺少本人令牌")
    return _Place(address.url, lambda role: token, True, {})


def _local_cloud() -> RunningCloud:
    from infra.local.running import running_cloud

    cloud = running_cloud()
    if "extdata" not in cloud.description["modules"]:
        fail("the running cloud has no external data 本地云没有外部数据模块: puhui up --modules …")
    return cloud


def _desk(client: httpx.Client, place: _Place) -> Desk:
    from infra.cli.extdata_setup import Onboarding
    from infra.demo.api import BankApi

    def person(role: str) -> BankApi:
        return BankApi(client, place.token_of(role))

    steward, checker = person("data_steward"), person("risk_manager")
    onboarding = Onboarding(
        steward,
        checker,
        place.described.get("providers_url"),
        say=lambda line: console.print(line, markup=False),
        alone=place.alone,
    )
    return Desk(
        onboarding,
        steward,
        checker,
        person("underwriter"),
        person("auditor"),
        person("finance"),
        _today(str(place.described.get("business_date", CALENDAR))),
    )


def _today(business_date: str) -> date:
    from puhui.clock import ConfiguredBusinessCalendar, SystemClock

    return ConfiguredBusinessCalendar(business_date, SystemClock()).today()


def day_of(text: str | None) -> date | None:
    """The accounting day of an option, None where it was left out; anything else ends here."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        fail(f"{text} is no day 不是日期; write 2026-11-02")


def month_of(text: str) -> str:
    """The month of an option; anything else ends here."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        fail(f"{text} is no month 不是月份; write 2026-11")
    return text


def given(**values: str | None) -> dict[str, str]:
    """The options that were written."""
    return {name: value for name, value in values.items() if value is not None}


def table_of(*headings: str) -> Any:
    """A table whose ids are never cut: people copy them into the next command."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number < IDS, overflow="fold")
    return table


def print_rows(table: Any) -> None:
    """Print every row on one line, however narrow the screen; what is copied is never broken."""
    from rich.measure import Measurement

    unbounded = console.options.update(max_width=MAX_ROW_WIDTH)
    table.width = Measurement.get(console, unbounded, table).maximum
    console.print(table)


def print_json(value: Any) -> None:
    """Print what the API answered."""
    console.print(json.dumps(value, ensure_ascii=False, indent=2), markup=False)
