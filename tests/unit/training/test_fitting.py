"""Fitting and exporting with the training libraries: runs in their own environment.

The fast slice skips it where they are absent; `test_the_libraries_prove_it_all` (full) runs this
file there.
"""

# ruff: noqa: E402  (what follows imports the libraries that are looked for first)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.models.training.nodes import narrow
from risk.adapters.onnx_gate import check_graph
from tests.unit.training.tables import cells, simulated, write

for library in ("lightgbm", "onnx", "optbinning"):
    pytest.importorskip(library, reason="the training group is not installed")

from layers.models.training import champion as champion_module
from layers.models.training.calibration import fit_calibration
from layers.models.training.champion import fit_champion
from layers.models.training.export_onnx import to_onnx
from layers.models.training.export_steps import bends_of
from layers.models.training.export_trees import trees_to_onnx
from layers.models.training.fidelity import (
    NotFaithful,
    largest_difference,
    largest_difference_of_trees,
)
from layers.models.training.lightgbm_nodes import NotExportable
from layers.models.training.metrics import auc, sigmoid
from layers.models.training.options import Options
from layers.models.training.rank_scorecard import fit_rank_scorecard
from layers.models.training.reject_inference import fuzzy_augmentation
from layers.models.training.tabular import train
from layers.models.training.trees import Recipe, fit_trees
from layers.models.training.validation import cross_validated
from layers.models.training.woe import fit_scorecard

NAMES = ("a", "b", "c", "d")


def test_the_same_rows_give_the_same_bytes() -> None:
    values, bad = simulated()

    first, second = (trees_to_onnx(fit_trees(values, bad), "test") for _ in range(2))

    assert first == second
    assert largest_difference_of_trees(fit_trees(values, bad), first, values) <= 1e-5


@pytest.mark.parametrize("calibration", ["none", "platt", "isotonic"])
def test_what_the_graph_answers_is_the_calibrated_probability(calibration: Any) -> None:
    values, bad = simulated(900)
    champion = fit_champion(values, bad, NAMES, calibration=calibration)

    graph = trees_to_onnx(champion, "test", champion.calibration.knots)

    assert bool(champion.calibration.knots) == (calibration == "isotonic")
    assert largest_difference_of_trees(champion, graph, values, champion.calibration) <= 1e-5
    check_graph("test", graph)


def test_a_graph_without_the_steps_of_its_calibration_is_found_out() -> None:
    values, bad = simulated(900)
    champion = fit_champion(values, bad, NAMES, calibration="isotonic")

    with pytest.raises(NotFaithful):
        largest_difference_of_trees(
            champion, trees_to_onnx(champion, "test"), values, champion.calibration
        )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(20, 300))
def test_steps_are_the_same_line_in_the_graph_and_in_the_fit(seed: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    logits = random.normal(size=rows)
    bad = random.random(rows) < sigmoid(2 * logits)
    calibration = fit_calibration("isotonic", bad, logits)
    places = [place for place, _ in calibration.knots]
    chances = np.concatenate([random.random(500), places])

    hinges = np.maximum(chances[:, None] - np.array(places), 0.0)
    lines = calibration.knots[0][1] + hinges @ np.array(bends_of(calibration.knots))

    assert lines == pytest.approx(calibration.stepped(chances), abs=1e-9)
    assert (np.diff(places) > 0).all()


@pytest.mark.parametrize("monotone", [None, (1, 0, 0, 0)])
def test_a_champion_of_few_rows_learns_its_line_and_is_faithful(monotone: Any) -> None:
    values, bad = simulated(120)

    champion = fit_champion(values, bad, NAMES, monotone=monotone)

    graph = trees_to_onnx(champion, "test")
    assert champion.calibration.kind == "platt"
    assert champion.calibration.slope > 1.0
    assert trees_to_onnx(fit_champion(values, bad, NAMES, monotone=monotone), "test") == graph
    assert largest_difference_of_trees(champion, graph, values) <= 1e-5


def test_a_graph_of_other_trees_is_found_out() -> None:
    values, bad = simulated()
    other = trees_to_onnx(fit_trees(values, ~bad), "test")

    with pytest.raises(NotFaithful):
        largest_difference_of_trees(fit_trees(values, bad), other, values)


def test_risk_only_rises_along_a_feature_said_to_be_riskier_upwards() -> None:
    values, bad = simulated()
    trees = fit_trees(values, bad, monotone=(1, 0, 0, 0))
    low, high = values.copy(), values.copy()
    high[:, 0] = low[:, 0] + 1.0

    assert (trees.probabilities(high) >= trees.probabilities(low) - 1e-12)[
        ~np.isnan(values[:, 0])
    ].all()


@pytest.mark.parametrize("sign", [1, -1])
def test_leaving_out_a_feature_with_a_sign_never_lowers_the_probability(sign: int) -> None:
    values, bad = simulated()
    trees = fit_trees(values, bad, monotone=(sign, 0, 0, 0), missing_is_worst=True)
    holed = values.copy()
    holed[:, 0] = np.nan

    assert (trees.probabilities(holed) >= trees.probabilities(values) - 1e-12).all()
    assert largest_difference_of_trees(trees, trees_to_onnx(trees, "test"), values) <= 1e-5


@pytest.mark.parametrize("fit", [fit_scorecard, fit_rank_scorecard])
def test_a_scorecard_is_faithful_and_its_missing_can_be_the_worst(fit: Any) -> None:
    values, bad = simulated()

    card = fit(values, bad, NAMES, missing="worst")

    assert all(points.missing >= max(points.bins) for points in card.points)
    assert largest_difference(card, to_onnx(card, "test"), narrow(values)) <= 1e-5
    assert auc(bad, card.probabilities(narrow(values))) > 0.7


@pytest.mark.parametrize(
    "settings",
    [{"boosting": "rf", "bagging_fraction": 0.5}, {"linear_tree": True}, {"zero_as_missing": True}],
)
def test_what_cannot_be_exported_is_not_even_fitted(settings: dict[str, Any]) -> None:
    with pytest.raises(NotExportable):
        fit_trees(*simulated(), settings=settings)


def test_no_row_is_scored_by_a_model_that_saw_it() -> None:
    values, bad = simulated(200)
    seen: list[set[int]] = []

    class Remembers:
        def __init__(self, rows: Any) -> None:
            self.rows = {row.tobytes() for row in rows}

        def probabilities(self, rows: Any) -> Any:
            seen.append({int(row.tobytes() in self.rows) for row in rows})
            return np.full(len(rows), 0.5)

    found = cross_validated(values, bad, lambda rows, _: Remembers(rows), repeats=2)

    assert seen == [{0}] * 10
    assert (found.folds, found.repeats, found.auc_mean) == (5, 2, 0.5)


def test_refused_rows_take_part_only_if_a_caller_brings_them() -> None:
    values, bad = simulated(600)
    hook = fuzzy_augmentation(values[:100] + 1.0, np.full(100, bad.mean()))

    more = hook(values, bad)

    assert len(more.bad) == 800
    assert more.weights.sum() == pytest.approx(700)
    plain = fit_champion(values, bad, NAMES)
    with_refused = fit_champion(values, bad, NAMES, augment=hook)
    assert not np.allclose(plain.probabilities(values), with_refused.probabilities(values))


def test_refused_rows_judge_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is learned from outcomes must not see those that were only assumed."""
    values, bad = simulated(600)
    refused, _ = simulated(300, seed=7)
    judged: list[Any] = []

    def remembered(kind: Any, truth: Any, logits: Any) -> Any:
        judged.append(truth)
        return fit_calibration(kind, truth, logits)

    monkeypatch.setattr(champion_module, "fit_calibration", remembered)
    hook = fuzzy_augmentation(refused, np.full(len(refused), 0.5), factor=1.9)

    fit_champion(values, bad, NAMES, calibration="platt", augment=hook)

    (truth,) = judged
    held = 3 * (round(0.15 * bad.sum()) + round(0.15 * (~bad).sum()))
    assert (len(truth), truth.mean()) == (held, pytest.approx(bad.mean(), abs=0.01))


def test_a_table_with_refused_applicants_is_judged_by_accepted_ones(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    risk, beyond = random.normal(size=300), random.normal(1.0, 1.0, size=80)
    town = [("a", "b")[row % 2] for row in range(300)]
    outcome = ["1" if value + random.normal() > 1 else "0" for value in risk]
    accepted = {"risk": [f"{one:.2f}" for one in risk], "town": town, "outcome": outcome}
    refused = {"risk": [f"{one:.2f}" for one in beyond], "town": ["c"] * 80}
    options = Options(
        name="tabular", data=write(tmp_path / "accepted.csv", accepted), target="outcome",
        rejects=write(tmp_path / "refused.csv", refused), reject_factor=2.0, repeats=1,
        output=tmp_path / "out",
    )  # fmt: skip

    told = train(options)

    card = json.loads((tmp_path / "out" / "card.json").read_text(encoding="utf-8"))
    assert (told["n"], told["rejects"]["rows"], told["rejects"]["factor"]) == (300, 80, 2.0)
    assert card["rejects"] == told["rejects"]
    assert card["target"]["rows"] == 300


def test_isotonic_steps_never_turn_the_ranking() -> None:
    random = np.random.default_rng(42)
    logits = random.normal(size=500)
    bad = random.random(500) < 0.3

    steps = fit_calibration("isotonic", bad, np.sort(logits)).probabilities(np.sort(logits))

    assert (np.diff(steps) >= 0).all()


def test_a_table_becomes_a_report_an_artefact_and_pictures(tmp_path: Path) -> None:
    random = np.random.default_rng(42)
    rows = 300
    risk = random.normal(size=rows)
    columns = {
        **cells(rows),
        "risk": [f"{value:.2f}" for value in risk],
        "day": [f"2020-{1 + row * 12 // rows:02d}-15" for row in range(rows)],
        "outcome": ["1" if value + random.normal() > 1 else "0" for value in risk],
    }
    path = write(tmp_path / "table.csv", columns)
    options = Options(
        name="tabular", data=path, target="outcome", date="day", output=tmp_path / "out", repeats=1
    )

    told = train(options)

    assert told["auc"][0] > 0.7
    assert told.keys() >= {"ks", "brier", "calibration_slope", "n", "scorecard", "out_of_time"}
    assert told["out_of_time"]["n_train"] > told["out_of_time"]["n_test"]
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert written == {
        "card.json", "effects.png", "performance.png", "plots.json", "tabular.onnx",
        "tabular_scorecard.onnx",
    }  # fmt: skip


def test_members_are_averaged_on_log_odds() -> None:
    values, bad = simulated()
    recipe = Recipe(members=({"rounds": 20}, {"rounds": 20, "extra_trees": True}))

    trees = fit_trees(values, bad, recipe=recipe)

    each = [booster.predict(narrow(values), raw_score=True) for booster in trees.boosters]
    assert trees.logits(values) == pytest.approx(np.mean(each, axis=0))
