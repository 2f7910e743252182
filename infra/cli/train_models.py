"""Training the models of the registry: which module trains each, and what it needs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra.cli.console import console, errors, fail
from infra.config import ROOT
from risk.domain.models.card import SYNTHETIC

ARTEFACTS: Final = ROOT / "layers" / "models" / "artefacts"
TRAINED: Final = ROOT / ".build" / "trained"
"""Never where models are served from: `puhui models promote` brings one there."""
FIRMS: Final = "labelled_enterprises.csv.gz"
TEXTS: Final = "finnsp_train_list.json.gz"
SHOWN: Final = ("auc_mean", "auc_sd", "ks", "brier", "folds", "repeats", "n", "sha256")


@dataclass(frozen=True, slots=True)
class Trainer:
    """The module that trains a model, and the file by which its data is known."""

    module: str
    needs: str | None
    """None for a model of the synthetic economy: it needs no data."""


MODELS: Final = {
    "sme_application_score": Trainer("sme_application_score", FIRMS),
    "tax_invoice_score": Trainer("tax_invoice_score", FIRMS),
    "text_severity": Trainer("text_severity", TEXTS),
    **{
        name: Trainer("synthetic", None)
        for name in (
            "application_fraud_score", "broker_detection", "owner_application_score",
            "farmer_credit_rating", "thin_file_score", "tech_enterprise_score", "behaviour_score",
            "early_warning_trees", "collection_score",
        )
    },
}  # fmt: skip


def train_model(name: str, data: Path | None, output: Path | None, as_json: bool) -> None:
    """Train a model of the registry, or say what its card says where the data is not there."""
    from infra.own_environment import EnvironmentFailed
    from infra.training import run_training

    trainer = MODELS[name]
    if trainer.needs is not None and (data is None or not (data / trainer.needs).exists()):
        show(committed(name, data, trainer.needs), as_json)
        return
    target = output or TRAINED
    try:
        figures = run_training(
            f"layers.models.training.{trainer.module}",
            data if trainer.needs is not None else None,
            target,
            say=errors.print,
            more=("--model", name) if trainer.needs is None else (),
        )
    except EnvironmentFailed as error:
        fail(str(error))
    show({"folder": str(target / name), **figures}, as_json)


def committed(name: str, data: Path | None, needs: str) -> dict[str, Any]:
    """What the card of the committed artefact says, and why nothing was trained."""
    looked = "no --data was given" if data is None else f"{data} has no {needs}"
    path = ARTEFACTS / name / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    performance = card["performance"] or {}
    return {
        "model": name,
        "trained": False,
        "reason": f"{looked}: nothing was trained; this is what the committed card says",
        **performance.get("cross_validated", performance),
        "features": [one.get("indicator") or one["name"] for one in card["inputs"]],
        "sha256": card["sha256"],
    }


def show(figures: dict[str, Any], as_json: bool) -> None:
    """As JSON, or the figures that matter as lines."""
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        return
    trained = "trained 已训练" if figures["trained"] else "NOT trained 未训练"
    head = f"{SYNTHETIC} " if figures.get("synthetic") else ""
    console.print(f"{head}{figures['model']}: {trained}")
    for name in ("reason", "folder"):
        if name in figures:
            console.print(figures[name], markup=False)
    for name in SHOWN:
        if name in figures:
            console.print(f"  {name:<12}{figures[name]}")
    for indicator in figures.get("features", ()):
        console.print(f"  {indicator}")
