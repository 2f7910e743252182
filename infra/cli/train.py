"""`puhui train`: train on firms or on a table, or say what is served without."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.console import console, errors, fail
from infra.cli.train_tables import TABLES, train_table
from infra.config import ROOT

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
MODELS: Final = {"sme_application_score": "layers.models.training.sme_application_score"}
"""Every model whose artefact this project commits, and the module that trains it."""
LABELLED: Final = "labelled_enterprises.csv.gz"
SHOWN: Final = ("auc_mean", "auc_sd", "ks", "brier", "folds", "repeats", "n")

Data = Annotated[
    Path | None, typer.Option(help="Folder of the named data set, or the table's file.")
]
Output = Annotated[Path | None, typer.Option(help="Where artefacts, card and pictures go.")]
Positive = Annotated[
    str | None, typer.Option(help="tabular: the target's bad value; else the rarer.")
]
Day = Annotated[str | None, typer.Option(help="tabular: column of days, for an out-of-time test.")]
Identifier = Annotated[
    str | None, typer.Option("--id", help="tabular: column that names the rows.")
]
Missing = Annotated[
    str, typer.Option(help="tabular: values that mean none, besides NA, ? and the like: V,W")
]
Monotone = Annotated[str, typer.Option(help="Features whose risk may only rise or fall: A:1,B:-1")]
Repeats = Annotated[
    int | None, typer.Option(min=1, help="Repetitions of the 5 folds; else by size.")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(  # noqa: PLR0913, PLR0917  (one argument per option of the command)
    model: Annotated[str, typer.Argument(help=", ".join((*MODELS, *TABLES)))],
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    output: Output = None,
    target: Annotated[str | None, typer.Option(help="tabular: column of the outcome.")] = None,
    positive: Positive = None,
    drop: Annotated[str, typer.Option(help="tabular: columns to leave out: A,B")] = "",
    date: Day = None,
    identifier: Identifier = None,
    missing: Missing = "",
    monotone: Monotone = "",
    calibration: Annotated[str, typer.Option(help="none, platt or isotonic.")] = "none",
    repeats: Repeats = None,
) -> None:
    """Train, validate and export a model; its libraries are installed on first use."""
    if model not in MODELS:
        train_table(
            as_json, name=model, data=data, output=output, target=target, positive=positive,
            drop=drop, date=date, identifier=identifier, missing=missing, monotone=monotone,
            calibration=calibration, repeats=repeats,
        )  # fmt: skip
        return
    if data is None or not (data / LABELLED).exists():
        _show(committed(model, data), as_json)
        return
    _train_committed(model, data, output or ARTEFACTS, as_json)


def _train_committed(model: str, data: Path, output: Path, as_json: bool) -> None:
    from infra.own_environment import EnvironmentFailed
    from infra.training import run_training

    try:
        figures = run_training(MODELS[model], data, output, say=errors.print)
    except EnvironmentFailed as error:
        fail(str(error))
    _show(figures, as_json)


def committed(model: str, data: Path | None) -> dict[str, Any]:
    """What the card of the committed artefact says, and why nothing was trained."""
    card = json.loads((ARTEFACTS / f"{model}.json").read_text(encoding="utf-8"))
    performance = card["performance"]
    looked = "no --data was given" if data is None else f"{data} has no {LABELLED}"
    return {
        "model": model,
        "trained": False,
        "reason": f"{looked}: nothing was trained; these are the committed artefact's figures",
        **{name: performance[name] for name in (*SHOWN, "defaults")},
        "features": [entry["indicator"] for entry in card["inputs"]],
        "observed_on": card["observed_on"],
        "auc_mean_one_year_later": performance["one_year_later"]["auc_mean"],
        "sha256": card["sha256"],
    }


def _show(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        return
    trained = "trained 已训练" if figures["trained"] else "NOT trained 未训练"
    console.print(f"{figures['model']}: {trained}")
    if "reason" in figures:
        console.print(figures["reason"])
    for name in SHOWN:
        console.print(f"  {name:<12}{figures[name]}")
    console.print(f"  {'sha256':<12}{figures['sha256']}")
    for indicator in figures["features"]:
        console.print(f"  {indicator}")
