"""`puhui policy`: lint a decision policy, and prove its compiled tables equal to zen."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.console import console, fail
from infra.config import ROOT

if TYPE_CHECKING:
    from risk.domain.policy.findings import Finding

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
CONTEXTS: Final = 10_000
SEVERITY_NAMES: Final = {"error": "错误", "warning": "提示"}
File = Annotated[Path, typer.Argument(help="The policy's JSON document.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Decision policies: lint, prove. 审批策略", no_args_is_help=True)
    group.command("lint")(lint)
    group.command("prove")(prove)
    app.add_typer(group, name="policy")


def lint(file: File, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a policy; exit code 1 if anything is."""
    from risk.domain.policy.lint import lint_policy

    findings = lint_policy(_body(file), served=served_models())
    if as_json:
        shown = {"file": str(file), "findings": [one.to_json() for one in findings]}
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(file, findings)
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
        proofs = prove_policy(read_policy(_body(file)), ZenTables(), contexts=contexts)
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


def served_models() -> Mapping[str, str]:
    """The version of each model whose card is in the models layer."""
    cards = (json.loads(path.read_text(encoding="utf-8")) for path in ARTEFACTS.glob("*.json"))
    return {card["id"]: card["version"] for card in cards if "version" in card}


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}")


def _print(file: Path, findings: tuple[Finding, ...]) -> None:
    for one in findings:
        name = SEVERITY_NAMES[one.severity]
        console.print(f"{name} {one.code}  {one.path}", markup=False)
        console.print(f"    {one.message}", markup=False)
    found = f"{len(findings)} findings 处问题" if findings else "no findings 没有问题"
    console.print(f"{file.name}: {found}", markup=False)
