"""Who sits at the desk of `puhui extdata`: a bank's people at this machine's running cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail

DEMO_BANK = "demo-bank"
IDS = 2
"""Columns that hold ids or short texts; the others may fold."""
Bank = Annotated[str, typer.Option(help="Bank id; tokens come from this machine's `puhui up`.")]


@dataclass(frozen=True)
class Desk:
    """The people of one bank at the running cloud."""

    onboarding: Any
    steward: Any
    checker: Any
    asker: Any
    auditor: Any
    finance: Any
    today: date
    """The cloud's accounting day."""

    def path(self, connector_id: str, version: int | None) -> str:
        """The address of a version; the newest when none is named."""
        if version is None:
            found = self.steward.get("/extdata/connectors")["items"]
            known = [one["version"] for one in found if one["connector_id"] == connector_id]
            if not known:
                fail(f"there is no connector {connector_id} 没有这个接口")
            version = max(known)
        return f"/extdata/connectors/{connector_id}/versions/{version}"


@contextmanager
def desk_of(bank: str) -> Iterator[Desk]:
    """Tokens of the running cloud; whatever goes wrong is one sentence."""
    import httpx

    from infra.cli.extdata_file import ExtdataFileNotValid
    from infra.cli.extdata_setup import ApiRefused, NotOnboarded, Onboarding
    from infra.demo.api import BankApi, shared_client
    from infra.local.running import running_cloud
    from puhui.clock import ConfiguredBusinessCalendar, SystemClock

    cloud = running_cloud()
    if "extdata" not in cloud.description["modules"]:
        fail("the running cloud has no external data 本地云没有外部数据模块: puhui up --modules …")
    with shared_client(cloud.gateway_url) as client:

        def person(role: str) -> BankApi:
            return BankApi(client, cloud.tokens.issue(role, bank))

        steward, checker = person("data_steward"), person("risk_manager")
        onboarding = Onboarding(
            steward,
            checker,
            cloud.description.get("providers_url"),
            say=lambda line: console.print(line, markup=False),
        )
        try:
            yield Desk(
                onboarding,
                steward,
                checker,
                person("underwriter"),
                person("auditor"),
                person("finance"),
                ConfiguredBusinessCalendar(
                    str(cloud.description["business_date"]), SystemClock()
                ).today(),
            )
        except (ApiRefused, NotOnboarded, ExtdataFileNotValid, httpx.HTTPError) as trouble:
            fail(str(trouble))


def table_of(*headings: str) -> Any:
    """A table whose ids are never cut: people copy them into the next command."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number < IDS, overflow="fold")
    return table


def print_json(value: Any) -> None:
    """Print what the API answered."""
    console.print(json.dumps(value, ensure_ascii=False, indent=2), markup=False)
