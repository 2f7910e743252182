"""Every trained model as it is served: its own bytes, golden answers, monotone, missing worst."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from infra.config import ROOT
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.scorecard import Scale, points_of, probability_ppm

ARTEFACTS = ROOT / "layers" / "models" / "artefacts"
SYNTHETIC_MODELS = (
    "application_fraud_score",
    "broker_detection",
    "owner_application_score",
    "farmer_credit_rating",
    "thin_file_score",
    "tech_enterprise_score",
    "behaviour_score",
    "early_warning_trees",
    "collection_score",
)
MODELS = (*SYNTHETIC_MODELS, "tax_invoice_score")
MOST_BYTES = 300_000
GRAPH_PPM = 10
"""The graph's own probability agrees with the exact one to 1e-5."""
TINY = 2e-6
"""Sums of 32-bit floats in another order differ by this."""
Rows = NDArray[np.float32]


@cache
def card(model: str) -> dict[str, Any]:
    """The card of a model."""
    found: dict[str, Any] = json.loads((folder(model) / "card.json").read_text(encoding="utf-8"))
    return found


def folder(model: str) -> Path:
    """Where a model lies."""
    return ARTEFACTS / model


@cache
def session(model: str) -> Any:
    """The graph of a model, opened once."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = str(folder(model) / "model.onnx")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def asked(model: str, rows: Rows) -> tuple[Any, Any]:
    """Probabilities of bad, and contributions."""
    outputs = ["probability", "contributions"]
    probability, contributions = session(model).run(outputs, {"indicators": rows})
    return probability[:, 0], contributions


def rows_near(model: str, seed: int, count: int = 40) -> Rows:
    """Rows drawn from where the training members lay, some values missing, some far out."""
    random = np.random.default_rng(seed)
    columns = []
    for one in card(model)["inputs"]:
        ends = np.array([*one["shares"]["edges"], *one.get("edges", ())], np.float64)
        spread = max(float(np.ptp(ends)), 1.0)
        column = random.choice(ends, count) + random.normal(0, spread / 4, count)
        column[random.random(count) < 0.15] = np.nan
        columns.append(column)
    return np.array(columns, np.float32).T


@pytest.mark.parametrize("model", MODELS)
def test_the_card_names_the_bytes_that_are_served(model: str) -> None:
    body = (folder(model) / "model.onnx").read_bytes()
    golden = (folder(model) / "golden.json").read_bytes()

    assert card(model)["sha256"] == hashlib.sha256(body).hexdigest()
    assert card(model)["golden_sha256"] == hashlib.sha256(golden).hexdigest()
    assert len(body) <= MOST_BYTES


@pytest.mark.parametrize("model", SYNTHETIC_MODELS)
def test_a_synthetic_model_says_so_first(model: str) -> None:
    found = card(model)

    assert found["synthetic"] is True
    assert found["data_source"].startswith("SYNTHETIC")
    assert found["limitations"][0].startswith("SYNTHETIC")
    assert found["performance"]["note"].startswith("SYNTHETIC")


def test_the_model_of_real_firms_does_not_claim_to_be_synthetic() -> None:
    found = card("tax_invoice_score")

    assert found["synthetic"] is False
    assert "SYNTHETIC" not in found["data_source"]


@pytest.mark.parametrize("model", MODELS)
def test_inputs_are_those_of_the_library_or_declared(model: str) -> None:
    inputs = card(model)["inputs"]

    assert 8 <= len(inputs) <= 25
    for one in inputs:
        if "indicator" in one:
            assert DEFINITIONS[one["indicator"]].version == one["version"]
        else:
            assert one["name"].split(".")[0] in ("tech", "case")
        assert one["missing_policy"] == "worst"
        assert one["reason"]["code"].startswith("SCORE_")


@pytest.mark.parametrize("model", MODELS)
def test_golden_vectors_are_answered_to_the_integer(model: str) -> None:
    golden = json.loads((folder(model) / "golden.json").read_text(encoding="utf-8"))
    inputs = [one.get("indicator") or one["name"] for one in card(model)["inputs"]]
    given_rows = [
        [np.nan if (value := vector["inputs"][name]) is None else value for name in inputs]
        for vector in golden["vectors"]
    ]

    probability, contributions = asked(model, np.array(given_rows, np.float32))

    assert golden["id"] == model
    assert len(golden["vectors"]) >= 8
    assert golden["vectors"][0]["name"] == "all missing"
    for vector, chance, found in zip(golden["vectors"], probability, contributions, strict=True):
        wanted = vector["answer"]
        whole = np.rint(found.astype(np.float64) * 10_000)
        assert np.abs(whole - np.array(wanted["contributions_e4"])).max() <= 1
        assert abs(float(chance) * 1e6 - wanted["probability_ppm"]) <= GRAPH_PPM


@pytest.mark.parametrize("model", [one for one in MODELS if card(one)["kind"] == "scorecard"])
def test_a_scorecard_answers_the_points_of_its_table(model: str) -> None:
    golden = json.loads((folder(model) / "golden.json").read_text(encoding="utf-8"))

    for vector in golden["vectors"]:
        answer = vector["answer"]
        logit = card(model)["intercept_e4"] + sum(answer["contributions_e4"])
        assert answer["probability_ppm"] == probability_ppm(logit)
        assert answer["points"] == points_of(Scale(**card(model)["scale"]), logit)


@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_leaving_a_value_out_never_helps(model: str, seed: int) -> None:
    rows = rows_near(model, seed)
    before, _ = asked(model, rows)

    for column in range(rows.shape[1]):
        holed = rows.copy()
        holed[:, column] = np.nan
        after, _ = asked(model, holed)
        assert (after >= before - TINY).all(), card(model)["inputs"][column]


@pytest.mark.parametrize("model", MODELS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_risk_only_rises_in_the_argued_direction(model: str, seed: int) -> None:
    rows = rows_near(model, seed)
    random = np.random.default_rng(seed)
    before, _ = asked(model, rows)

    for column, one in enumerate(card(model)["inputs"]):
        known = rows[:, column][~np.isnan(rows[:, column])]
        step = random.uniform(0, max(float(np.ptp(known)), 1.0), len(rows))
        worse = rows.copy()
        worse[:, column] += step * (1 if one["riskier"] == "upwards" else -1)
        after, _ = asked(model, worse)
        assert (after >= before - TINY).all(), one


@pytest.mark.parametrize("model", MODELS)
def test_whoever_gives_nothing_is_judged_the_worst(model: str) -> None:
    rows = rows_near(model, seed=7, count=400)
    nothing = np.full((1, rows.shape[1]), np.nan, np.float32)

    (worst,), _ = asked(model, nothing)

    assert asked(model, rows)[0].max() <= worst + TINY


@pytest.mark.parametrize("model", SYNTHETIC_MODELS)
def test_figures_are_plausible_and_out_of_time_is_told(model: str) -> None:
    performance = card(model)["performance"]

    assert 0.6 <= performance["cross_validated"]["auc_mean"] <= 0.87
    # Fewer than 60 frauds are out of time: the standard error of their AUC is 0.03.
    assert 0.55 <= performance["out_of_time"]["auc"] <= 0.90
    assert performance["out_of_time"]["n"] >= 300
