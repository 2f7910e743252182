"""`puhui portfolio report`: the loan book of a month as one page for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.console import console, fail

if TYPE_CHECKING:
    from infra.demo.api import BankApi

DEMO_BANK: Final = "demo-bank"
READER: Final = "risk_manager"
MOST_MONTHS: Final = 36

Bank = Annotated[
    str, typer.Option(help="Bank id on this machine's `puhui up`; a token says its bank itself.")
]
MonthOption = Annotated[
    str | None, typer.Option("--month", help="Such as 2026-10; else the last one with a report.")
]
Count = Annotated[
    int, typer.Option("--months", min=1, max=MOST_MONTHS, help="How many months the charts show.")
]
Out = Annotated[Path | None, typer.Option(help="The page; else portfolio-MONTH.html.")]
Name = Annotated[str | None, typer.Option(help="The bank's name on the page; else its id.")]
Url = Annotated[
    str | None,
    typer.Option(envvar="PUHUI_URL", help="Base URL of the APIs; else this machine's `puhui up`."),
]
Token = Annotated[str | None, typer.Option(envvar="PUHUI_TOKEN", help="Your own token.")]
Json = Annotated[bool, typer.Option("--json", help="The documents instead of a page.")]


def report(  # noqa: PLR0913  (one parameter per option)
    *,
    bank: Bank = DEMO_BANK,
    month: MonthOption = None,
    count: Count = 12,
    out: Out = None,
    name: Name = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """资产组合月报: balance, NPL, overdue, migration, vintages, 普惠 and 首贷户, on one page."""
    with _api(bank, url or None, token or None) as api:
        months = read_months(api, month, count)
    if as_json:
        sys.stdout.write(json.dumps(months, ensure_ascii=False, indent=2) + "\n")
        return
    from infra.portfolio_page import page
    from infra.portfolio_page_words import headline

    path = out or Path(f"portfolio-{months[-1]['as_of'][:7]}.html")
    try:
        path.write_text(page(months, bank=name or bank), encoding="utf-8")
    except OSError as error:
        fail(f"--out: rule file: {path} cannot be written: {error.strerror}")
    for title, value, change in headline(months):
        console.print(f"{title}  {value}  {change}", markup=False, highlight=False)
    console.print(f"月报 page: {path}", markup=False, highlight=False)


def read_months(api: BankApi, month: str | None, count: int) -> Sequence[dict[str, Any]]:
    """The documents of a month and of those before it, oldest first."""
    days: Sequence[str] = api.get("/servicing/portfolio")["items"]
    if not days:
        fail("no month of this bank was closed yet 尚无月末报告: puhui eod run --date …")
    wanted = month or days[-1][:7]
    shown = [day for day in days if day[:7] <= wanted][-count:]
    if not shown or shown[-1][:7] != wanted:
        kept = f"{days[0][:7]} … {days[-1][:7]}"
        fail(f"--month: rule month: no report of {wanted}; there are {kept}")
    return [api.get(f"/servicing/portfolio/{day}") for day in shown]


@contextmanager
def _api(bank: str, url: str | None, token: str | None) -> Iterator[BankApi]:
    """The bank's API; whatever goes wrong is one sentence."""
    import httpx

    from infra.demo.api import ApiRefused, BankApi, shared_client

    address, reader = _place(bank, url, token)
    with shared_client(address) as client:
        try:
            yield BankApi(client, reader)
        except ApiRefused as refused:
            fail(refused.sentence)
        except httpx.HTTPError as trouble:
            fail(str(trouble))


def _place(bank: str, url: str | None, token: str | None) -> tuple[str, str]:
    """The base URL and a token; only this machine issues one itself."""
    if url is not None:
        if token is None:
            fail("--token or PUHUI_TOKEN is missing: your own token of the bank 缺少本人令牌")
        return url, token
    from infra.local.running import running_cloud

    cloud = running_cloud()
    if "servicing" not in cloud.description["modules"]:
        fail("the running cloud has no servicing 本地云没有贷款核算模块: puhui up --modules …")
    return cloud.gateway_url, token or cloud.tokens.issue(READER, bank)
