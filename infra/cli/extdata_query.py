"""`puhui extdata query`, `show`, `replay` …: what people do once providers are set up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from infra.cli.console import COMMAND, console
from infra.cli.extdata_desk import DEMO_BANK, Bank, desk_of, given, print_json, table_of

PENDING = "pending"
FIRST_SERVER_ERROR = 500
Number = Annotated[str | None, typer.Option()]


def register_queries(extdata: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("query", query),
        ("show", show),
        ("document", document),
        ("replay", replay),
        ("breakers", breakers),
        ("limits", limits),
    ):
        extdata.command(name)(command)


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
    branch: Annotated[str | None, typer.Option(help="Whose cost it is 机构.")] = None,
    application: Annotated[str | None, typer.Option(help="For which application 申请.")] = None,
    request_id: Annotated[
        str | None, typer.Option(help="The same id again asks no provider again 请求号.")
    ] = None,
    bank: Bank = DEMO_BANK,
) -> None:
    """Ask for a product about a subject as an underwriter, and wait for an answer that follows."""
    numbers = given(uscc=uscc, id_number=id_number, phone=phone, account=account)
    subject = given(kind=kind, name=name, person_name=person_name, region_code=region_code)
    body = {
        "request_id": request_id or f"cli-{uuid.uuid4().hex[:16]}",
        "product": product,
        "purpose": purpose,
        "consent_id": consent,
        "subject": subject | numbers,
        **given(branch_id=branch, application_id=application),
    }
    _ask(bank, body)


def _ask(bank: str, body: dict[str, Any]) -> None:
    """Say each state until one is final; the exit code is 1 without an answer."""
    from infra.cli.extdata_setup import ask_until_answered

    with desk_of(bank) as desk, _naming(body["request_id"]):
        for answer in ask_until_answered(desk.asker, body):
            _say_answer(answer)
    if answer["status"] == PENDING:
        _say_how_to_ask_again(body["request_id"])
    else:
        console.print(f"request id 请求号 {body['request_id']}", markup=False)
    if answer["status"] not in {"hit", "miss"}:
        raise typer.Exit(1)


@contextmanager
def _naming(request_id: str) -> Iterator[None]:
    """A question that broke off may have been asked and billed: say how not to pay twice."""
    import httpx

    from infra.demo.api import ApiRefused

    try:
        yield
    except (ApiRefused, httpx.HTTPError, KeyboardInterrupt) as trouble:
        if not (isinstance(trouble, ApiRefused) and trouble.status < FIRST_SERVER_ERROR):
            _say_how_to_ask_again(request_id)
        raise


def _say_how_to_ask_again(request_id: str) -> None:
    console.print(
        f"request id 请求号 {request_id}; ask again, all else the same 其余不变再问: "
        f"{COMMAND} extdata query … --request-id {request_id}",
        markup=False,
    )


def show(query_id: str, bank: Bank = DEMO_BANK) -> None:
    """Show one query: its request id, its attempts and what it cost (查询记录); asks nobody."""
    with desk_of(bank) as desk:
        print_json(desk.asker.get(f"/extdata/queries/{query_id}"))


def document(query_id: str, bank: Bank = DEMO_BANK) -> None:
    """Show the canonical document of a query, as long as its consent lives."""
    with desk_of(bank) as desk:
        print_json(desk.asker.get(f"/extdata/queries/{query_id}/document"))


def replay(query_id: str, bank: Bank = DEMO_BANK) -> None:
    """Map the archived answer again (重放), without any call, and compare byte for byte."""
    with desk_of(bank) as desk:
        found = desk.auditor.post(f"/extdata/queries/{query_id}/replay")
    verdict = "identical 逐字节一致" if found["identical"] else "DIFFERENT 不一致"
    document = f"{found['size_bytes']} bytes, " if found["sha256"] else "no document 查无, "
    digest = f", sha256 {found['sha256']}" if found["sha256"] else ""
    source = f", cached from 缓存自 {found['answered_from']}" if found["answered_from"] else ""
    console.print(
        f"{query_id}: {verdict}, {document}"
        f"{found['connector_id']} v{found['connector_version']}{digest}{source}",
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


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"
