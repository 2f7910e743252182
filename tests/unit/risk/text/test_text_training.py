"""Training the text model: same texts, same bytes; as documented; never into the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.own_environment import EnvironmentFailed
from infra.training import TRAINING, run_training
from tests.support.real_data import REAL_FIRMS
from tests.support.text_models import SHIPPED
from tests.unit.risk.text.tiny_model import tiny_artefact

TEXTS = REAL_FIRMS.parent / "cn_financial_text"
MODULE = "layers.models.training.text_severity"
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        TRAINING.existing() is None, reason="the training libraries are not installed"
    ),
]
needs_texts = pytest.mark.skipif(
    not TEXTS.is_dir(), reason=f"no folder {TEXTS}: it stands beside the firms of PUHUI_DATA"
)


def test_the_same_sentences_give_the_committed_bytes(tmp_path: Path) -> None:
    python = TRAINING.python(lambda _: None)

    TRAINING.run(python, ["tests.unit.risk.text.tiny_model", str(tmp_path / "again")], 600)

    assert (tmp_path / "again").read_bytes() == tiny_artefact()


@pytest.mark.data
@needs_texts
def test_a_model_of_texts_without_licence_is_not_written_into_the_project() -> None:
    before = sorted(SHIPPED.iterdir())

    with pytest.raises(EnvironmentFailed, match="outside the project"):
        run_training(MODULE, TEXTS, SHIPPED, say=lambda _: None)

    assert sorted(SHIPPED.iterdir()) == before


@pytest.mark.data
@needs_texts
def test_the_model_is_as_good_as_documented_and_small(tmp_path: Path) -> None:
    figures = run_training(MODULE, TEXTS, tmp_path, say=lambda _: None)

    unseen = figures["measured"]["negative"]["unseen"]
    assert unseen["auc"] >= 0.99
    assert unseen["accuracy"] >= 0.945
    assert figures["measured"]["events"]["unseen"]["accuracy"] >= 0.895
    assert figures["bytes"] <= 1_000_000
    assert figures["largest_difference"] <= 1e-5
