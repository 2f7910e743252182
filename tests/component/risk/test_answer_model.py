"""The published function that answers for any of the 28 models."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.model_registry import promote, text_problems
from risk.domain.errors import ModelNotFound, ModelNotTrusted
from risk.domain.models.answer import ModelInputNotValid
from risk.domain.models.catalogue import CATALOGUE
from risk.handlers.answer_model import handler
from risk.models_wiring import answer_model
from tests.support.risk_stores import ARTEFACTS
from tests.unit.risk.text.tiny_model import a_model_folder, tiny_artefact


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


NEWS: dict[str, Any] = {
    "as_of": "2026-11-01",
    "names": ["晟霖科技有限公司"],
    "texts": [
        {
            "text": "晟霖科技连续三年财务造假",
            "published_on": "2026-10-30",
            "tied_by_source": False,
        }
    ],
}


def warned(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["warnings"]]


def test_the_rules_of_early_warning_take_the_gravest_text_for_a_signal() -> None:
    quiet = golden("early_warning")["inputs"] | {"text_severity_ppm": 0}
    unread = {name: value for name, value in quiet.items() if name != "text_severity_ppm"}

    answer = asked("M24", unread | {"news": NEWS})["answer"]

    assert (answer["news"]["event"], answer["news"]["text_severity_ppm"]) == ("财务造假", 1_000_000)
    assert "TEXT_SEVERITY_PPM" in warned(answer)
    assert "TEXT_SEVERITY_PPM" not in warned(asked("M24", quiet)["answer"])


def test_a_text_model_that_a_bank_has_promoted_reads_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = NEWS | {"texts": [NEWS["texts"][0] | {"text": "晟霖科技新厂房顺利开工"}]}
    by_words = asked("text_severity", plain)["answer"]

    serve_promoted(tmp_path, monkeypatch)
    by_model = asked("text_severity", plain)["answer"]

    assert by_words["text_severity_ppm"] is None
    assert by_model["text_severity_ppm"] is not None
    assert by_model["read_by"] == {
        "version": "1.0.0",
        "sha256": hashlib.sha256(tiny_artefact()).hexdigest(),
    }
    inputs = golden("early_warning")["inputs"] | {"news": plain}
    assert asked("M24", inputs)["answer"]["news"] == by_model


def test_a_changed_text_model_is_refused_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = serve_promoted(tmp_path, monkeypatch)
    (models / "text_signals" / "model.onnx").write_bytes(tiny_artefact()[:-1])

    with pytest.raises(ModelNotTrusted):
        asked("text_severity", NEWS)
    assert text_problems(models) == [
        "text_signals: the artefact of text_signals is not the one on its card"
    ]


def serve_promoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped models and a trained text model that was promoted beside them."""
    models, trained = tmp_path / "models", tmp_path / "trained"
    shutil.copytree(ARTEFACTS, models)
    trained.mkdir()
    promote(a_model_folder(trained), models, approver="model committee", note="file 2026-9")
    monkeypatch.setenv("MODELS_FOLDER", str(models))
    answer_model.cache_clear()
    return models


@pytest.mark.parametrize(
    ("model", "inputs", "field"),
    [
        ("M16", {}, "method"),
        ("M24", {"overdue_days": 0, "news": []}, "news"),
        ("M24", {"overdue_days": 0, "indicators": 1}, "indicators"),
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
