"""`puhui train`: train a model from a folder of labelled firms, or say what is served without."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from infra.cli.console import console, errors, fail
from infra.config import ROOT

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
MODELS: Final = {"sme_application_score": "layers.models.training.sme_application_score"}
"""Every model that this project trains, and the module that trains it."""
LABELLED: Final = "labelled_enterprises.csv.gz"
SHOWN: Final = ("auc_mean", "auc_sd", "ks", "brier", "folds", "repeats", "n")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    model: Annotated[str, typer.Argument(help=", ".join(MODELS))],
    data: Annotated[
        Path | None, typer.Option(help="Folder with labelled firms and their invoices.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Where artefact and card go; else into the models layer.")
    ] = None,
) -> None:
    """Train, validate and export a model; its libraries are installed on first use."""
    from infra.own_environment import EnvironmentFailed
    from infra.training import run_training

    if model not in MODELS:
        fail(f"there is no model {model}; this project trains {', '.join(MODELS)}")
    if data is None or not (data / LABELLED).exists():
        _show(committed(model, data), as_json)
        return
    try:
        figures = run_training(MODELS[model], data, output or ARTEFACTS, say=errors.print)
    except EnvironmentFailed as error:
        fail(str(error))
    _show(figures, as_json)


def committed(model: str, data: Path | None) -> dict[str, Any]:
    """What the card of the committed artefact says, and why nothing was trained."""
    card = json.loads((ARTEFACTS / model / "card.json").read_text(encoding="utf-8"))
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
