"""Who sits at the desk of `puhui extdata`: a bank's people at this machine's running cloud."""

from __future__ import annotations

import json
import re
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
MAX_ROW_WIDTH = 500
"""Columns of the screen; a row of the longest ids there can be is shorter."""
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
        except ApiRefused as refused:
            fail(refused.sentence)
        except (NotOnboarded, ExtdataFileNotValid, httpx.HTTPError) as trouble:
            fail(str(trouble))


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
