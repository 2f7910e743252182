"""The published function that answers for any of the 28 models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from risk.domain.errors import ModelNotFound
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import CATALOGUE
from risk.handlers.answer_model import handler
from risk.models_wiring import answer_model
from tests.support.risk_stores import ARTEFACTS


class Context:
    """All that `instrument` reads of Lambda's context."""

    aws_request_id = "req-1"
    function_name = "answer-model"


@pytest.fixture(autouse=True)
def _models_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The function knows nothing but where the models lie."""
    monkeypatch.setenv("MODELS_FOLDER", str(ARTEFACTS))
    answer_model.cache_clear()
    yield
    answer_model.cache_clear()


def golden(model: str, number: int = 0) -> dict[str, Any]:
    vectors = json.loads((ARTEFACTS / model / "golden.json").read_bytes())["vectors"]
    found: dict[str, Any] = vectors[number]
    return found


def asked(model: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return handler({"bank_id": "north", "model": model, "inputs": inputs}, Context())


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.catalogue_id)
def test_each_of_the_28_answers_its_golden_question(entry: Any) -> None:
    vector = golden(entry.id)

    found = asked(entry.catalogue_id, vector["inputs"])

    assert (found["model"], found["version"]) == (entry.id, "1.0.0")
    assert {key: found["answer"][key] for key in vector["answer"]} == vector["answer"]


def test_the_rules_of_early_warning_take_its_trees_for_a_signal() -> None:
    indicators = golden("early_warning_trees")["inputs"]
    inputs = golden("early_warning")["inputs"] | {"indicators": indicators}

    answer = asked("M24", inputs)["answer"]

    assert (
        answer["trees"]["probability_ppm"]
        == golden("early_warning_trees")["answer"]["probability_ppm"]
    )
    assert answer["colour"] in {"yellow", "orange", "red"}


@pytest.mark.parametrize(
    ("model", "inputs", "field"),
    [
        ("M16", {}, "method"),
        ("M08", {"ent.inv.nothing": 1}, "ent.inv.nothing"),
        (
            "M08",
            {"ent.inv.out_valid_amt.all.l12m.sum": "many"},
            "ent.inv.out_valid_amt.all.l12m.sum",
        ),
        ("M08", {"ent.inv.out_valid_amt.all.l12m.sum": True}, "ent.inv.out_valid_amt.all.l12m.sum"),
    ],
)
def test_a_bad_input_is_refused_by_its_name(model: str, inputs: dict[str, Any], field: str) -> None:
    with pytest.raises(ModelInputNotValid) as refused:
        asked(model, inputs)

    assert refused.value.field == field


def test_a_model_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(ModelNotFound):
        asked("M99", {})
