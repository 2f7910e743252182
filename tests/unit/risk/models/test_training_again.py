"""Training again gives the committed bytes; minutes of work, so only where all is verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.config import ROOT
from infra.training import TRAINING
from tests.support.real_data import REAL_FIRMS, needs_real_firms

ARTEFACTS = ROOT / "layers" / "models" / "artefacts"
TIMEOUT_SECONDS = 7_200
FILES = ("model.onnx", "card.json", "golden.json")


def trained(arguments: list[str], output: Path) -> set[str]:
    """Run a training module and answer the models that it wrote."""
    if TRAINING.existing() is None:
        pytest.skip("the training group is not installed")
    python = TRAINING.python(lambda _: None)
    TRAINING.run(python, [*arguments, "--output", str(output)], TIMEOUT_SECONDS)
    return {path.name for path in output.iterdir()}


def differing(models: set[str], output: Path) -> list[str]:
    """The files that are not the committed ones."""
    return [
        f"{model}/{name}"
        for model in sorted(models)
        for name in FILES
        if told(output / model / name) != told(ARTEFACTS / model / name)
    ]


def told(path: Path) -> object:
    """A graph's bytes; of a card what training says, for the registry seals more into it."""
    if path.name != "card.json":
        return path.read_bytes()
    card = json.loads(path.read_text(encoding="utf-8"))
    sealed = ("owner", "approver", "approval_note", "expires_on")
    return {key: value for key, value in card.items() if key not in sealed}


@pytest.mark.full
def test_the_synthetic_models_are_trained_again_to_the_same_bytes(tmp_path: Path) -> None:
    module = "layers.models.training.synthetic"
    frames = str(tmp_path / "frames")

    models = trained([module, "--model", "all", "--frames", frames], tmp_path / "models")

    assert len(models) == 9
    assert differing(models, tmp_path / "models") == []


@pytest.mark.full
@pytest.mark.data
@needs_real_firms
def test_the_tax_and_invoice_score_is_trained_again_to_the_same_bytes(tmp_path: Path) -> None:
    module = "layers.models.training.tax_invoice_score"

    models = trained([module, "--data", str(REAL_FIRMS)], tmp_path)

    assert models == {"tax_invoice_score"}
    assert differing(models, tmp_path) == []
