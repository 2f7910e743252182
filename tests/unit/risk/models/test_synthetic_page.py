"""The page on synthetic models quotes the cards, and no figure without the word SYNTHETIC."""

from __future__ import annotations

import pytest

from infra.config import ROOT
from tests.unit.risk.models.test_trained_models import SYNTHETIC_MODELS, card

PAGE = (ROOT / "docs" / "models-synthetic.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", SYNTHETIC_MODELS)
def test_each_line_says_synthetic_and_what_the_card_says(model: str) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith("|") and f" {model} " in line]
    figures = card(model)["performance"]

    assert "| SYNTHETIC |" in line
    assert f"{figures['cross_validated']['auc_mean']:.3f} ±" in line
    assert f"| {figures['out_of_time']['auc']:.3f} |" in line
    assert f"{card(model)['sample']['n']:,} / {card(model)['sample']['bads']}" in line


def test_the_real_figures_stand_apart() -> None:
    real = PAGE.split("## M12", 1)[1]
    figures = card("tax_invoice_score")["performance"]["cross_validated"]

    assert f"{figures['auc_mean']:.3f} ±" in real
