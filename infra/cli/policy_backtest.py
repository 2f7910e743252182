"""`puhui policy backtest`: what a policy would have decided about a population, and how else."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infra.cli.console import console, fail
from infra.cli.policy_files import ARTEFACTS, read_body, served_models, show_findings

if TYPE_CHECKING:
    from risk.domain.policy import Policy

AMOUNT_YUAN: Final = 500_000
MOST_YUAN: Final = 10**9
CHARTS: Final = (".svg", ".png")
ISO_DATE_LENGTH: Final = 10


def backtest(
    policy: Annotated[Path, typer.Option(help="The new policy's JSON document.")],
    population: Annotated[
        Path, typer.Option(help="Firms in CSV (docs/data-format.md), or <id>.json files.")
    ],
    as_of: Annotated[str, typer.Option(help="The day on which all ask.", metavar="DATE")],
    against: Annotated[
        Path | None, typer.Option(help="The old policy; else the packaged one in force.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    chart: Annotated[Path | None, typer.Option(help="Draw it: FILE.svg or FILE.png.")] = None,
    amount_yuan: Annotated[
        int, typer.Option(help="Asked for by whoever's file names no amount.")
    ] = AMOUNT_YUAN,
) -> None:
    """Compare a policy with another on real applicants (策略回测): rates, swaps, terms, reasons."""
    day = _day(as_of)
    _check_chart(chart)
    if not 0 < amount_yuan <= MOST_YUAN:
        fail(f"--amount-yuan: rule range: from 1 to {MOST_YUAN:,}")
    new = _policy(policy, as_json)
    old = _in_force(day) if against is None else _policy(against, as_json)
    report = _tested(population, day, amount_yuan, old, new)
    if chart is not None:
        from infra.backtest_chart import draw

        draw(report, chart)
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return
    from infra.cli.backtest_tables import tables

    for table in tables(report):
        console.print(table)
    if chart is not None:
        console.print(f"图 chart: {chart}", markup=False)


def _tested(population: Path, day: date, amount_yuan: int, old: Policy, new: Policy) -> Any:
    from infra.backtest_firm_files import PopulationNotReadable
    from infra.backtest_population import read_population
    from puhui.china.rule_tables import NoRuleInForce
    from risk.adapters.carded_formulas import CardedFormulas
    from risk.adapters.model_cards import ModelCards
    from risk.adapters.onnx_models import OnnxModels
    from risk.adapters.packaged_policies import PackagedParameters
    from risk.adapters.zen_tables import ZenTables
    from risk.usecases.ask_models import AskModels
    from risk.usecases.back_test_policy import BackTestPolicy

    cards = ModelCards(ARTEFACTS)
    ask_models = AskModels(CardedFormulas(cards))
    back_test = BackTestPolicy(OnnxModels(cards), ask_models, PackagedParameters(), ZenTables())
    try:
        applicants = read_population(population, day, amount_yuan=amount_yuan)
        return back_test(applicants, day, old=old, new=new)
    except PopulationNotReadable as error:
        fail(str(error))
    except NoRuleInForce as error:
        fail(f"--as-of: rule {error.rule}: {error.message}")


def _policy(file: Path, as_json: bool) -> Policy:
    """A policy without findings; one with findings is refused as `puhui policy lint` does."""
    from risk.domain.policy.document import read_policy
    from risk.domain.policy.lint import lint_policy

    body = read_body(file)
    findings = lint_policy(body, served=served_models())
    if findings:
        show_findings(file, findings, as_json)
        raise typer.Exit(1)
    return read_policy(body)


def _in_force(day: date) -> Policy:
    from risk.adapters.packaged_policies import PackagedPolicies
    from risk.domain.errors import PolicyNotValid

    try:
        return PackagedPolicies().in_force(day)
    except PolicyNotValid as error:
        fail(f"--as-of: rule policy.in_force: {error.message}; name one with --against")


def _day(text: str) -> date:
    try:
        if len(text) != ISO_DATE_LENGTH:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--as-of: rule date: {text} is no date like 2026-08-01")


def _check_chart(chart: Path | None) -> None:
    """Refuse a bad place before minutes of work, not after."""
    if chart is None:
        return
    if chart.suffix not in CHARTS:
        fail(f"--chart: rule suffix: {chart.name} ends in neither .svg nor .png")
    folder = chart.resolve().parent
    if chart.is_dir() or not os.access(folder, os.W_OK):
        fail(f"--chart: rule writable: {chart} is not a file that can be written")
