"""`puhui extdata audit verify`: walk the audit chains, day by day, and say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_desk import DEMO_BANK, Bank, Desk, day_of, desk_of, print_json

MAX_DAYS = 366
"""Days of one command; each is one request."""
Day = Annotated[str | None, typer.Option(help="会计日期; today when left out.")]


def register_audit(extdata: typer.Typer) -> None:
    """Add the command group."""
    audit = typer.Typer(help="Audit chains 审计链.", no_args_is_help=True)
    audit.callback()(_group)
    audit.command("verify")(verify)
    extdata.add_typer(audit, name="audit")


def verify(
    day: Day = None,
    first: Annotated[
        str | None, typer.Option("--from", help="First of several days; needs no --day.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last of several days; today when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As the API answers it.")] = False,
    bank: Bank = DEMO_BANK,
) -> None:
    """Verify audit chains and seals (核验审计链); exit 1 when a day does not verify."""
    with desk_of(bank) as desk:
        found = [_verified(desk, one) for one in days_of(day, first, last, desk.today)]
    if as_json:
        print_json(found)
    else:
        for verdict in found:
            _say(verdict)
    if not all(verdict["verified"] for verdict in found):
        raise typer.Exit(1)


def days_of(day: str | None, first: str | None, last: str | None, today: date) -> Iterator[date]:
    """The days that were asked for, in order.

    >>> [on.day for on in days_of(None, "2026-10-31", None, date(2026, 11, 1))]
    [31, 1]
    """
    if day is not None and (first is not None or last is not None):
        fail("either --day, or --from and --to 只能选一种")
    start = day_of(first or day or last) or today
    end = day_of(day or last) or today
    if not 0 <= (end - start).days < MAX_DAYS:
        fail(f"--from lies after --to, or more than {MAX_DAYS} days before it")
    return (start + timedelta(days=number) for number in range((end - start).days + 1))


def _group() -> None:
    """Audit chains 审计链."""


def _verified(desk: Desk, on: date) -> dict[str, Any]:
    path = f"/extdata/audit/{on.isoformat()}"
    return {**desk.auditor.get(path), "open": desk.auditor.get(f"{path}/open")["items"]}


def _say(found: dict[str, Any]) -> None:
    verdict = "verified 核验通过" if found["verified"] else "BROKEN 核验未通过"
    console.print(
        f"{found['day']}: {verdict}, {found['records']} records chained, "
        f"{found['sealed']} sealed, {found['waiting']} waiting"
    )
    for fault in found["faults"]:
        console.print(f"  {fault}", markup=False)
    for one in found["open"]:
        console.print(
            f"  open 未了结: {one['query_id']} {one['product']} by {one['caller']}, "
            f"begun {one['asked_at']}; the same caller asks again 由原调用方再问: "
            f"request id {one['request_id']}",
            markup=False,
        )
