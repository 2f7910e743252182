"""`puhui extdata query`, `replay`, `consent` …: what people do once providers are set up."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console
from infra.cli.extdata_desk import DEMO_BANK, Bank, desk_of, print_json, table_of

Number = Annotated[str | None, typer.Option()]


def register_queries(extdata: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("consent", consent),
        ("query", query),
        ("document", document),
        ("replay", replay),
        ("breakers", breakers),
        ("limits", limits),
    ):
        extdata.command(name)(command)


def consent(  # noqa: PLR0913, PLR0917  (a consent has these parts)
    consent_id: Annotated[str, typer.Argument(help="The bank's own number of the paper.")],
    scope: Annotated[
        str, typer.Option(help="credit_bureau, tax_invoice, data_processing, sensitive_data …")
    ],
    evidence: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The scan.")],
    uscc: Number = None,
    id_number: Number = None,
    purpose: Annotated[list[str] | None, typer.Option(help="May be given more than once.")] = None,
    days: Annotated[int, typer.Option(min=1, max=1830, help="Valid from today.")] = 365,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End it now, for good.")] = False,
    bank: Bank = DEMO_BANK,
) -> None:
    """Register a paper consent (登记授权), or end one; terms are kept once."""
    with desk_of(bank) as desk:
        body: dict[str, Any] = {
            "scope": scope,
            "purposes": purpose or ["loan_application"],
            "granted_on": desk.today.isoformat(),
            "expires_on": (desk.today + timedelta(days=days)).isoformat(),
            "evidence_sha256": hashlib.sha256(evidence.read_bytes()).hexdigest(),
            "withdrawn": withdraw,
            **_given(uscc=uscc, id_number=id_number),
        }
        kept = desk.steward.put(f"/extdata/consents/{consent_id}", body)
    console.print(f"{consent_id}: {kept['status']}, {kept['granted_on']} … {kept['expires_on']}")


def query(  # noqa: PLR0913, PLR0917  (a question has these parts)
    product: Annotated[str, typer.Option(help="tax/1, invoice/1, bureau/1 …")],
    name: Annotated[str, typer.Option(help="Name of the firm or the person.")],
    consent: Annotated[str, typer.Option(help="Id of a registered consent.")],
    purpose: Annotated[str, typer.Option()] = "loan_application",
    kind: Annotated[str, typer.Option(help="firm, sole_proprietor, person")] = "firm",
    uscc: Number = None,
    id_number: Number = None,
    phone: Number = None,
    person_name: Number = None,
    account: Number = None,
    region_code: Number = None,
    request_id: Annotated[
        str | None, typer.Option(help="The same id again asks no provider again.")
    ] = None,
    bank: Bank = DEMO_BANK,
) -> None:
    """Ask for a product about a subject as an underwriter, and wait for an answer that follows."""
    from infra.cli.extdata_setup import ask_until_answered

    body = {
        "request_id": request_id or f"cli-{uuid.uuid4().hex[:16]}",
        "product": product,
        "purpose": purpose,
        "consent_id": consent,
        "subject": {
            "kind": kind,
            "name": name,
            **_given(
                uscc=uscc,
                id_number=id_number,
                phone=phone,
                person_name=person_name,
                account=account,
                region_code=region_code,
            ),
        },
    }
    with desk_of(bank) as desk:
        for answer in ask_until_answered(desk.asker, body):
            _say_answer(answer)
    if answer["status"] not in {"hit", "miss"}:
        raise typer.Exit(1)


def document(query_id: str, bank: Bank = DEMO_BANK) -> None:
    """Show the canonical document of a query, as long as its consent lives."""
    with desk_of(bank) as desk:
        print_json(desk.asker.get(f"/extdata/queries/{query_id}/document"))


def replay(query_id: str, bank: Bank = DEMO_BANK) -> None:
    """Map the archived answer again (重放), without any call, and compare byte for byte."""
    with desk_of(bank) as desk:
        found = desk.auditor.post(f"/extdata/queries/{query_id}/replay")
    verdict = "identical 逐字节一致" if found["identical"] else "DIFFERENT 不一致"
    console.print(
        f"{query_id}: {verdict}, {found['size_bytes']} bytes, "
        f"{found['connector_id']} v{found['connector_version']}, sha256 {found['sha256']}",
        markup=False,
    )
    if not found["identical"]:
        raise typer.Exit(1)


def breakers(bank: Bank = DEMO_BANK) -> None:
    """Show every circuit breaker (熔断)."""
    table = table_of("服务商 provider", "接口 connector", "状态 state", "失败 failures", "since")
    with desk_of(bank) as desk:
        for one in desk.steward.get("/extdata/breakers")["items"]:
            state = f"{one['state_name']} {one['state']}"
            table.add_row(
                one["provider_id"],
                one["connector_id"],
                state,
                str(one["failures"]),
                one["opened_at"] or "",
            )
    console.print(table)


def limits(bank: Bank = DEMO_BANK) -> None:
    """Show how much of every quota is used (配额)."""
    table = table_of("闸口 gate", "今日 today", "日配额", "本月 month", "月配额", "已用 %")
    with desk_of(bank) as desk:
        for one in desk.steward.get("/extdata/limits")["items"]:
            quotas = one["limits"]
            table.add_row(
                one["gate"],
                str(one["used_today"]),
                _number(quotas["daily"]),
                str(one["used_this_month"]),
                _number(quotas["monthly"]),
                _number(one["used_percent"]),
            )
    console.print(table)


def _say_answer(answer: dict[str, Any]) -> None:
    reason = f" {answer['reason']}" if answer["reason"] else ""
    cached = f", cached {answer['age_days']} days old" if answer["cached"] else ""
    console.print(
        f"{answer['query_id']}: {answer['status_name']} {answer['status']}{reason}, "
        f"{answer['cost_fen']} fen{cached}",
        markup=False,
    )
    for one in answer["attempts"]:
        console.print(
            f"  {one['number']}. {one['provider_id']} {one['connector_id']} "
            f"v{one['connector_version']}: {one['outcome']}, {one['provider_ms']} ms, "
            f"{one['tries']} tries, because {one['because']}",
            markup=False,
        )


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
