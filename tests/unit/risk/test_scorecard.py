"""The served scorecard: exact arithmetic, a graph that is its table, a card that is true."""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.domain.errors import ModelNotTrusted
from risk.domain.scorecard import Scale, points_of, probability_ppm, score
from tests.support.risk import MODELS
from tests.support.risk_stores import ARTEFACTS

MODEL = "sme_application_score"
OWN = ARTEFACTS / MODEL
CARD: dict[str, Any] = json.loads((OWN / "card.json").read_text(encoding="utf-8"))
INPUTS = CARD["inputs"]
SCALE = Scale(base=600, odds=20, points_to_double=40)
CATALOGUE_FIELDS = """id version stage segments kind artefact sha256 inputs missing_policy
    training_window performance_window bad_definition sample performance psi approver expires_on
    fallback fidelity limitations observed_on data_source""".split()  # noqa: SIM905


def by_table(values: list[float | None]) -> list[int]:
    """The card's points, looked up by hand; the graph reads its inputs as 32-bit floats."""
    found = []
    for value, entry in zip(values, INPUTS, strict=True):
        narrow = [float(np.float32(edge)) for edge in entry["edges"]]
        found.append(
            entry["missing_points_e4"]
            if value is None
            else entry["points_e4"][bisect_left(narrow, float(np.float32(value)))]
        )
    return found


VALUES = st.tuples(
    *(
        st.one_of(
            st.none(),
            st.sampled_from(entry["edges"]),
            st.sampled_from(entry["edges"]).map(lambda edge: math.nextafter(edge, math.inf)),
            st.floats(-10, 2e9, width=32),
        )
        for entry in INPUTS
    )
)


@settings(max_examples=400, deadline=None)
@given(values=VALUES)
def test_the_graph_answers_exactly_the_cards_points(values: tuple[float | None, ...]) -> None:
    assert list(MODELS.contributions_e4(MODEL, values)) == by_table(list(values))


@settings(max_examples=200, deadline=None)
@given(values=VALUES, missing=st.sets(st.integers(0, 3)))
def test_a_missing_input_never_lowers_the_probability_of_default(
    values: tuple[float | None, ...], missing: set[int]
) -> None:
    holed = [None if index in missing else value for index, value in enumerate(values)]

    card = MODELS.card(MODEL)
    whole = score(card, MODELS.contributions_e4(MODEL, values))
    poorer = score(card, MODELS.contributions_e4(MODEL, holed))

    assert poorer.pd_ppm >= whole.pd_ppm
    assert poorer.points <= whole.points


@pytest.mark.parametrize("entry", INPUTS, ids=[entry["indicator"] for entry in INPUTS])
def test_points_go_one_way_only(entry: dict[str, Any]) -> None:
    points = entry["points_e4"] if entry["riskier"] == "upwards" else entry["points_e4"][::-1]

    assert points == sorted(points)
    assert entry["missing_points_e4"] >= max(points)
    assert len(entry["points_e4"]) == len(entry["edges"]) + 1


@given(logit=st.integers(-200_000, 200_000))
def test_the_exact_probability_is_the_logistic_one(logit: int) -> None:
    assert abs(probability_ppm(logit) - 1e6 / (1 + math.exp(-logit / 1e4))) <= 0.51


@given(logit=st.integers(-120_000, 120_000), more=st.integers(0, 5_000))
def test_more_risk_is_never_more_points(logit: int, more: int) -> None:
    assert points_of(SCALE, logit + more) <= points_of(SCALE, logit)


def test_forty_points_double_the_odds() -> None:
    doubled = -round((math.log(20) + math.log(2)) * 1e4)

    assert points_of(SCALE, doubled) == 640


def test_adverse_reasons_name_the_heaviest_first() -> None:
    card = MODELS.card(MODEL)
    best = [entry.best_e4 for entry in card.inputs]
    worst_last = [*best[:3], card.inputs[3].worst_e4]

    found = score(card, worst_last)

    assert [reason.code for reason in found.adverse_reasons(2)] == [card.inputs[3].reason.code]


def test_the_card_has_every_field_of_the_catalogue() -> None:
    assert [name for name in CATALOGUE_FIELDS if name not in CARD] == []


def test_the_card_reports_the_promised_quality_and_never_the_rating() -> None:
    assert CARD["performance"]["auc_mean"] >= 0.85
    assert CARD["fidelity"]["largest_difference_below"] <= CARD["fidelity"]["accepted"] == 1e-5
    assert {entry["indicator"].split(".")[1] for entry in INPUTS} == {"inv"}


def test_the_artefact_is_small_and_the_one_that_the_card_names() -> None:
    body = (OWN / CARD["artefact"]).read_bytes()

    assert len(body) < 100_000
    assert hashlib.sha256(body).hexdigest() == CARD["sha256"]


def test_nothing_of_a_single_firm_is_on_the_card() -> None:
    """Shares are of groups that end at declared ends of bins, never at a firm's own amount."""
    for entry in INPUTS:
        assert set(entry["shares"]["edges"]) <= set(entry["edges"])
        assert len(entry["shares"]["shares"]) <= 6


def copied(folder: Path, **changes: Any) -> OnnxModels:
    (folder / MODEL).mkdir()
    (folder / MODEL / CARD["artefact"]).write_bytes((OWN / CARD["artefact"]).read_bytes())
    (folder / MODEL / "card.json").write_text(json.dumps(CARD | changes), encoding="utf-8")
    return OnnxModels(ModelCards(folder))


def test_an_artefact_with_one_changed_byte_is_not_trusted(tmp_path: Path) -> None:
    models = copied(tmp_path)
    artefact = tmp_path / MODEL / CARD["artefact"]
    body = bytearray(artefact.read_bytes())
    body[-20] ^= 1
    artefact.write_bytes(bytes(body))

    with pytest.raises(ModelNotTrusted):
        models.card(MODEL)


def test_a_card_of_another_definition_is_not_trusted(tmp_path: Path) -> None:
    inputs = [INPUTS[0] | {"version": "000000000000"}, *INPUTS[1:]]

    with pytest.raises(ModelNotTrusted):
        copied(tmp_path, inputs=inputs).card(MODEL)


def test_a_card_on_which_missing_helps_is_not_trusted(tmp_path: Path) -> None:
    inputs = [INPUTS[0] | {"missing_points_e4": -99_999}, *INPUTS[1:]]

    with pytest.raises(ModelNotTrusted):
        copied(tmp_path, inputs=inputs).card(MODEL)


def test_a_card_with_another_intercept_than_the_graph_is_not_trusted(tmp_path: Path) -> None:
    models = copied(tmp_path, intercept_e4=CARD["intercept_e4"] + 100)

    with pytest.raises(ModelNotTrusted):
        models.contributions_e4(MODEL, [None] * len(INPUTS))


def test_a_model_without_a_card_is_not_trusted() -> None:
    with pytest.raises(ModelNotTrusted):
        MODELS.card("some_other_model")
