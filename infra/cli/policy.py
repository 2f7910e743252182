"""`puhui policy`: lint a decision policy, prove its compiled tables equal to zen, back-test it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.console import console, fail
from infra.cli.policy_backtest import backtest
from infra.cli.policy_files import read_body, served_models, show_findings

CONTEXTS: Final = 10_000
File = Annotated[Path, typer.Argument(help="The policy's JSON document.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(
        help="Decision policies: lint, prove, back-test. 审批策略", no_args_is_help=True
    )
    group.command("lint")(lint)
    group.command("prove")(prove)
    group.command("backtest")(backtest)
    app.add_typer(group, name="policy")


def lint(file: File, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a policy; exit code 1 if anything is."""
    from risk.domain.policy.lint import lint_policy

    findings = lint_policy(read_body(file), served=served_models())
    show_findings(file, findings, as_json)
    if findings:
        raise typer.Exit(1)


def prove(
    file: File,
    contexts: Annotated[int, typer.Option(help="Random contexts for each table.")] = CONTEXTS,
    as_json: AsJson = False,
) -> None:
    """Compare every compiled table with zen on random contexts; exit code 1 where they differ."""
    from risk.adapters.zen_tables import ZenTables
    from risk.domain.errors import PolicyNotValid
    from risk.domain.policy.document import read_policy
    from risk.domain.policy.proof import prove_policy

    try:
        proofs = prove_policy(read_policy(read_body(file)), ZenTables(), contexts=contexts)
    except PolicyNotValid as error:
        fail(str(error))
    shown: list[dict[str, Any]] = [
        {
            "table": one.table,
            "contexts": one.contexts,
            "matched": one.matched,
            "differences": list(one.differences),
        }
        for one in proofs
    ]
    if as_json:
        sys.stdout.write(json.dumps({"tables": shown}, ensure_ascii=False, indent=2) + "\n")
    else:
        for one in shown:
            equal = "一致 equal" if not one["differences"] else "不一致 DIFFERENT"
            console.print(f"{one['table']:<16}{one['contexts']:>8}{one['matched']:>8}  {equal}")
    if any(one.differences for one in proofs):
        raise typer.Exit(1)
