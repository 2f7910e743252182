"""`puhui risk`: decisions, related parties; lists, exceptions, reviews, the bank's own policies."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from infra.cli.console import console
from infra.cli.extdata_desk import print_json, print_rows, table_of
from infra.cli.risk_desk import (
    ADDRESS,
    DEMO_BANK,
    Address,
    Bank,
    File,
    key_of,
    read_json,
    risk_desk,
)
from infra.cli.risk_policies import policies

risk = typer.Typer(no_args_is_help=True)
entry = typer.Typer(help="Name lists 名单.", no_args_is_help=True)
waiver = typer.Typer(help="Exceptions and snoozes 例外与暂停.", no_args_is_help=True)
review = typer.Typer(help="Reviews of automated decisions 人工复核.", no_args_is_help=True)
for name, group in (("entry", entry), ("waiver", waiver), ("review", review), ("policy", policies)):
    risk.add_typer(group, name=name)

Id = Annotated[str, typer.Argument(help="As the list shows it.")]
Refuse = Annotated[bool, typer.Option("--refuse", help="Do not let it happen 不同意.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(risk, name="risk")


@risk.callback()
def _address(
    url: Annotated[
        str | None,
        typer.Option(
            envvar="PUHUI_URL", help="Base URL of the APIs; else this machine's `puhui up`."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="PUHUI_TOKEN", help="Your own token: every step is then yours alone."),
    ] = None,
) -> None:
    """Risk 数字风控: this machine's `puhui up` or, with --url and --token, a bank's.

    Without a token an underwriter proposes and a risk manager approves.
    """
    ADDRESS.set(Address(url or None, token or None))


@risk.command("ask")
def ask(
    file: File,
    bank: Bank = DEMO_BANK,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Ask for a decision (申请决策) with the body of `POST /risk/decisions` in a JSON file."""
    with risk_desk(bank) as desk:
        found = desk.maker.post("/risk/decisions", read_json(file))
    if as_json:
        print_json(found)
        return
    console.print(f"{found['decision_id']} {found['verdict_name']} {found['policy_version']}")
    for reason in found["reasons"]:
        console.print(f"  {reason['code']} {reason['text']}", markup=False)


@risk.command("related")
def related(
    customer_id: Annotated[str, typer.Argument(help="The bank's number of the customer.")],
    hops: Annotated[int, typer.Option(min=1, max=3, help="Steps from party to party.")] = 3,
    bank: Bank = DEMO_BANK,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show who belongs to a customer (关联方查询), by fingerprints."""
    with risk_desk(bank) as desk:
        found = desk.maker.get("/risk/related-parties", customer_id=customer_id, hops=str(hops))
    if as_json:
        print_json(found)
        return
    _print(found["relations"], "source", "kind_name", "target", "since")
    ring = found["ring"]
    console.print(f"关联团体 ring: {'无 none' if ring is None else len(ring['members'])}")
    console.print(f"互保与担保圈 guarantee circles: {len(found['guarantee_circles'])}")
    if found["truncated"]:
        console.print(f"未展开节点 not expanded: {len(found['unexpanded'])}")


@entry.command("list")
def list_entries(
    bank: Bank = DEMO_BANK,
    status: Annotated[str, typer.Option(help="live, proposed, removal_proposed …")] = "live",
) -> None:
    """Show the entries at one stage (名单查询)."""
    with risk_desk(bank) as desk:
        found = desk.checker.get("/risk/name-lists/entries", status=status)
    _print(found["items"], "entry_id", "list_name", "name", "code_masked", "status_name", "reason")


@entry.command("propose")
def propose_entry(file: File, bank: Bank = DEMO_BANK) -> None:
    """Propose an entry (名单登记) from a JSON file; another person approves it."""
    with risk_desk(bank) as desk:
        made = desk.maker.post("/risk/name-lists/entries", read_json(file), key=key_of(file))
    _say(made, "entry_id")


@entry.command("approve")
def approve_entry(entry_id: Id, bank: Bank = DEMO_BANK, refuse: Refuse = False) -> None:
    """Approve an entry or its removal (名单审批)."""
    with risk_desk(bank) as desk:
        path = f"/risk/name-lists/entries/{entry_id}/approval"
        _say(desk.checker.post(path, {"approved": not refuse}), "entry_id")


@entry.command("remove")
def remove_entry(
    entry_id: Id,
    reason: Annotated[str, typer.Option(help="Why 原因.")],
    bank: Bank = DEMO_BANK,
) -> None:
    """Propose to take an entry off (名单移除); it counts until another person approves."""
    with risk_desk(bank) as desk:
        path = f"/risk/name-lists/entries/{entry_id}/removal"
        _say(desk.maker.post(path, {"reason": reason}), "entry_id")


@waiver.command("list")
def list_waivers(bank: Bank = DEMO_BANK) -> None:
    """Show every exception and snooze (例外与暂停清单)."""
    with risk_desk(bank) as desk:
        found = desk.checker.get("/risk/waivers")
    _print(
        found["items"],
        "waiver_id",
        "rule_code",
        "scope_name",
        "scope_id",
        "expires_on",
        "status_name",
    )


@waiver.command("propose")
def propose_waiver(file: File, bank: Bank = DEMO_BANK) -> None:
    """Propose an exception or snooze (登记例外或暂停) from a JSON file."""
    with risk_desk(bank) as desk:
        _say(desk.maker.post("/risk/waivers", read_json(file), key=key_of(file)), "waiver_id")


@waiver.command("approve")
def approve_waiver(waiver_id: Id, bank: Bank = DEMO_BANK, refuse: Refuse = False) -> None:
    """Approve an exception or snooze (审批例外或暂停)."""
    with risk_desk(bank) as desk:
        path = f"/risk/waivers/{waiver_id}/approval"
        _say(desk.checker.post(path, {"approved": not refuse}), "waiver_id")


@waiver.command("revoke")
def revoke_waiver(waiver_id: Id, bank: Bank = DEMO_BANK) -> None:
    """Let the rule count again (撤销例外或暂停)."""
    with risk_desk(bank) as desk:
        _say(desk.checker.post(f"/risk/waivers/{waiver_id}/revocation"), "waiver_id")


@review.command("list")
def list_reviews(bank: Bank = DEMO_BANK) -> None:
    """Show the open reviews (复核清单), those that are due first at the front."""
    with risk_desk(bank) as desk:
        found = desk.checker.get("/risk/reviews")
    _print(found["items"], "decision_id", "handled_by_name", "due_at", "status_name", "statement")


@review.command("decide")
def decide_review(
    decision_id: Id,
    outcome: Annotated[str, typer.Option(help="upheld 维持 or changed 改变.")],
    comment: Annotated[str, typer.Option(help="Why 原因.")],
    bank: Bank = DEMO_BANK,
) -> None:
    """Decide a review that operations has no task for (登记复核结果)."""
    with risk_desk(bank) as desk:
        body = {"outcome": outcome, "comment": comment}
        _say(desk.checker.post(f"/risk/decisions/{decision_id}/review", body), "review_id")


def _say(answer: dict[str, Any], key: str) -> None:
    console.print(f"{answer[key]} {answer['status_name']}", markup=False)


def _print(items: list[dict[str, Any]], *fields: str) -> None:
    table = table_of(*fields)
    for item in items:
        table.add_row(*("" if item[field] is None else str(item[field]) for field in fields))
    print_rows(table)
