"""`puhui risk policy`: a version's way from a file into force and out of it, over the API."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.console import console, fail
from infra.cli.extdata_desk import print_json, print_rows, table_of
from infra.cli.risk_desk import DEMO_BANK, Bank, File, risk_desk

policies = typer.Typer(help="The bank's own policies 策略.", no_args_is_help=True)

PolicyId = Annotated[str, typer.Argument(help="The `id` in the policy's file.")]
Version = Annotated[str, typer.Argument(help="The `version` in the policy's file.")]


@policies.command("list")
def list_policies(bank: Bank = DEMO_BANK) -> None:
    """Show every version and how far it has come (策略清单)."""
    with risk_desk(bank) as desk:
        found = desk.checker.get("/risk/policies")
    fields = ("policy_id", "version", "stage_name", "effective_from", "withdrawn_from", "sha256")
    table = table_of(*fields)
    for item in found["items"]:
        table.add_row(*(str(item[field] or "") for field in fields))
    print_rows(table)
    if found["shadow"] is not None:
        shadow = found["shadow"]
        console.print(f"影子 shadow: {shadow['policy_id']} {shadow['version']}", markup=False)


@policies.command("draft")
def draft(file: File, bank: Bank = DEMO_BANK) -> None:
    """Keep a policy's file as a version (策略起草), lint it, prove its tables (策略检查)."""
    try:
        document = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read as UTF-8 text: {error}")
    with risk_desk(bank) as desk:
        made = desk.maker.post("/risk/policies", {"document": document})
        checked = desk.maker.post(f"{_path(made['policy_id'], made['version'])}/check")
    _say(checked)
    for one in checked["check"]["findings"]:
        console.print(f"  {one['rule']} {one['where']}: {one['message']}", markup=False)
    if checked["check"]["findings"]:
        raise typer.Exit(1)


@policies.command("tested")
def record_backtest(
    policy_id: PolicyId,
    version: Version,
    report: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Of `puhui policy backtest --json`.")
    ],
    bank: Bank = DEMO_BANK,
) -> None:
    """Say which back-test's report belongs to the version (登记回测); its hash is kept."""
    tested, sha256 = _report(report)
    said = (tested["id"], tested["version"])
    if said != (policy_id, version):
        fail(f"{report}: field policies.new: rule report.policy: is of {' '.join(said)}")
    with risk_desk(bank) as desk:
        for kept in desk.checker.get("/risk/policies")["items"]:
            if (kept["policy_id"], kept["version"]) == said and kept["sha256"] != tested["sha256"]:
                fail(f"{report}: field policies.new.sha256: rule report.policy: is of other bytes")
        _say(desk.maker.post(f"{_path(policy_id, version)}/backtest", {"report_sha256": sha256}))


@policies.command("approve")
def approve(policy_id: PolicyId, version: Version, bank: Bank = DEMO_BANK) -> None:
    """Approve a tested version (策略审批); another person than drafted or tested it."""
    with risk_desk(bank) as desk:
        _say(desk.checker.post(f"{_path(policy_id, version)}/approval"))


@policies.command("publish")
def publish(
    policy_id: PolicyId,
    version: Version,
    effective_from: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    bank: Bank = DEMO_BANK,
) -> None:
    """Let an approved version decide from a day on (策略发布)."""
    body = {"effective_from": effective_from.date().isoformat()}
    with risk_desk(bank) as desk:
        _say(desk.checker.post(f"{_path(policy_id, version)}/publication", body))


@policies.command("withdraw")
def withdraw(
    policy_id: PolicyId,
    version: Version,
    withdrawn_from: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    reason: Annotated[str, typer.Option(help="Why 原因.")],
    bank: Bank = DEMO_BANK,
) -> None:
    """Propose that a version decides no more from today or a later day on (提议撤回策略)."""
    body = {"reason": reason, "withdrawn_from": withdrawn_from.date().isoformat()}
    with risk_desk(bank) as desk:
        _say(desk.maker.post(f"{_path(policy_id, version)}/withdrawal", body))


@policies.command("decide-withdrawal")
def decide_withdrawal(
    policy_id: PolicyId,
    version: Version,
    bank: Bank = DEMO_BANK,
    refuse: Annotated[bool, typer.Option("--refuse", help="Do not let it happen 不同意.")] = False,
) -> None:
    """Approve a withdrawal (审批撤回策略); another person than proposed it."""
    with risk_desk(bank) as desk:
        path = f"{_path(policy_id, version)}/withdrawal/approval"
        _say(desk.checker.post(path, {"approved": not refuse}))


@policies.command("shadow")
def shadow(policy_id: PolicyId, version: Version, bank: Bank = DEMO_BANK) -> None:
    """Ask this version beside the live policy (影子运行); it changes no answer."""
    with risk_desk(bank) as desk:
        _say(desk.checker.post(f"{_path(policy_id, version)}/shadow"))


@policies.command("no-shadow")
def no_shadow(bank: Bank = DEMO_BANK) -> None:
    """Ask no shadow any more (停止影子运行)."""
    with risk_desk(bank) as desk:
        desk.checker.delete("/risk/shadow-policy")
    console.print("no shadow runs 已停止影子运行")


@policies.command("shadow-report")
def shadow_report(
    policy_id: PolicyId,
    bank: Bank = DEMO_BANK,
    version: Annotated[str | None, typer.Option(help="Else the running shadow.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show how the shadow differed, by reason code (影子策略差异)."""
    query = {} if version is None else {"version": version}
    with risk_desk(bank) as desk:
        found = desk.checker.get(f"/risk/policies/{policy_id}/shadow-report", **query)
    if as_json:
        print_json(found)
        return
    console.print(f"比对 {found['compared']} 笔，不同 {found['different']}，失败 {found['failed']}")
    table = table_of("code", "only_live", "only_shadow")
    for one in found["codes"]:
        table.add_row(one["code"], str(one["only_live"]), str(one["only_shadow"]))
    print_rows(table)


def _report(file: Path) -> tuple[dict[str, str], str]:
    """Which policy a back-test's report is of, and its hash, proven to be its content's."""
    from risk.domain.backtest_report import ReportNotValid, verified_sha256

    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        fail(f"{file}: field (whole document): rule report.json: cannot be read as JSON")
    try:
        sha256 = verified_sha256(document)
    except ReportNotValid as error:
        fail(f"{file}: {error}")
    return document["policies"]["new"], sha256


def _path(policy_id: str, version: str) -> str:
    return f"/risk/policies/{policy_id}/versions/{version}"


def _say(answer: dict[str, Any]) -> None:
    console.print(f"{answer['policy_id']} {answer['version']} {answer['stage_name']}", markup=False)
