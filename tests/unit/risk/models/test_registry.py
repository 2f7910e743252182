"""The registry: what is shipped holds, and every way in which it might not is found and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.model_registry import PromotionRefused, promote, stage_problems, verified
from risk.domain.models.card import KEYS
from risk.domain.models.catalogue import BY_ID, CATALOGUE, EVERY, find
from risk.usecases.verify_models import Verification
from tests.support.risk_stores import ARTEFACTS

DAY = date(2026, 12, 1)
SCORECARD = "sme_application_score"
FORMULA = "working_capital_demand"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models as they are shipped, as files that a test may alter."""
    for name in (SCORECARD, FORMULA):
        shutil.copytree(ARTEFACTS / name, tmp_path / name)
    return tmp_path


def found(folder: Path, model: str, day: date = DAY) -> Verification:
    (one,) = verified(folder, [BY_ID[model]], day)
    return one


def change(path: Path, **changes: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | changes, ensure_ascii=False), encoding="utf-8")


def test_the_catalogue_has_28_models_with_unique_names() -> None:
    assert [one.catalogue_id for one in CATALOGUE] == [f"M{n:02}" for n in range(1, 29)]
    assert len({one.id for one in CATALOGUE}) == 28
    assert sum(one.is_onnx for one in EVERY) == 11


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.catalogue_id)
def test_every_shipped_model_is_what_its_card_says(entry: Any) -> None:
    (one,) = verified(ARTEFACTS, [entry], DAY)

    assert one.problems == ()
    assert one.vectors >= 5


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.catalogue_id)
def test_every_card_says_all_that_a_card_must(entry: Any) -> None:
    card = json.loads((ARTEFACTS / entry.id / "card.json").read_text(encoding="utf-8"))

    assert [key for key in KEYS if key not in card] == []


def test_the_graph_of_a_stage_answers_what_its_models_answer() -> None:
    assert stage_problems(ARTEFACTS) == []


def test_a_changed_graph_of_a_stage_and_a_changed_member_are_named(tmp_path: Path) -> None:
    shutil.copytree(ARTEFACTS, tmp_path / "models")
    flip(tmp_path / "models" / "stages" / "post_loan.onnx")
    change(tmp_path / "models" / SCORECARD / "card.json", version="9.0.0")

    found = stage_problems(tmp_path / "models")

    assert [one.partition(":")[0] for one in found] == ["post_loan", "pre_loan"]


@pytest.mark.parametrize(("name", "wanted"), [("m16", FORMULA), (SCORECARD, SCORECARD)])
def test_a_model_is_found_by_number_and_by_name(name: str, wanted: str) -> None:
    entry = find(name)

    assert entry is not None
    assert entry.id == wanted


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(
    ("model", "alter", "told"),
    [
        (SCORECARD, lambda f: flip(f / "model.onnx"), "is not the one on its card"),
        (FORMULA, lambda f: flip(f / "parameters.json"), "is not the one on its card"),
        (SCORECARD, lambda f: (f / "model.onnx").unlink(), "cannot be read"),
        (SCORECARD, lambda f: change(f / "golden.json", vectors=[]), "golden vectors"),
        (FORMULA, lambda f: (f / "golden.json").unlink(), "cannot be read"),
        (SCORECARD, lambda f: change(f / "card.json", artefact="../x.onnx"), "own folder"),
        (SCORECARD, lambda f: change(f / "card.json", stage="post_loan"), "the catalogue says"),
        (SCORECARD, lambda f: change(f / "card.json", schema="model-card/0"), "no card"),
        (SCORECARD, lambda f: change(f / "card.json", performance=None), "performance: is empty"),
        (SCORECARD, lambda f: change(f / "card.json", synthetic=True), "SYNTHETIC"),
        (FORMULA, lambda f: change(f / "card.json", code={"sha256": "0"}), "the code of"),
    ],
)
def test_whatever_was_changed_is_named(
    folder: Path, model: str, alter: Callable[[Path], object], told: str
) -> None:
    alter(folder / model)

    assert any(told in problem for problem in found(folder, model).problems)


def test_a_model_past_its_day_does_not_hold(folder: Path) -> None:
    assert "expired" in found(folder, SCORECARD, date(2030, 1, 1)).problems[0]


def trained(tmp_path: Path, **changes: Any) -> Path:
    target = tmp_path / "trained" / SCORECARD
    shutil.copytree(ARTEFACTS / SCORECARD, target)
    change(target / "card.json", **changes)
    return target


def test_a_better_version_is_promoted_with_its_approval(folder: Path, tmp_path: Path) -> None:
    promote(trained(tmp_path, version="1.1.0"), folder, approver="model committee", note="2026-7")

    card = json.loads((folder / SCORECARD / "card.json").read_text(encoding="utf-8"))
    assert (card["version"], card["approver"]) == ("1.1.0", "model committee")
    assert card["replaces"]["version"] == "1.0.0"
    assert found(folder, SCORECARD).holds


def test_whoever_promotes_says_which_version_it_becomes(folder: Path, tmp_path: Path) -> None:
    again = trained(tmp_path, version="1.0.0")

    promote(again, folder, approver="model committee", note="2026-7", version="1.0.1")

    card = json.loads((folder / SCORECARD / "card.json").read_text(encoding="utf-8"))
    assert card["version"] == "1.0.1"
    assert found(folder, SCORECARD).holds


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "1.0.0"}, "does not follow"),
        ({"version": "two"}, "three numbers"),
        ({"version": "1.1.0", "performance": {"auc_mean": 0.7}}, "auc_mean"),
        ({"version": "1.1.0", "sha256": "0" * 64}, "is not the one on its card"),
        ({"version": "1.1.0", "fidelity": {"largest_difference_below": 0.1}}, "fidelity"),
        ({"version": "1.1.0", "id": "somebody_elses"}, "name of a model"),
    ],
)
def test_what_may_not_follow_is_refused_and_nothing_is_changed(
    folder: Path, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    before = (folder / SCORECARD / "card.json").read_bytes()

    with pytest.raises(PromotionRefused, match=told):
        promote(trained(tmp_path, **changes), folder, approver="model committee", note="2026-7")

    assert (folder / SCORECARD / "card.json").read_bytes() == before


def test_nobody_promotes_without_saying_who_approved(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PromotionRefused, match="--approver"):
        promote(trained(tmp_path, version="1.1.0"), folder, approver=" ", note="2026-7")
