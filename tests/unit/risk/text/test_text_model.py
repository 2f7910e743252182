"""The graph on onnxruntime: golden answers, the same each time, nothing from a changed folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from risk.adapters.text_models import TOKENIZER, TextModel
from risk.domain.errors import ModelNotTrusted
from tests.support.text_models import a_text, judged
from tests.unit.risk.text.tiny_model import EVENTS, GOLDEN, a_model_folder, tiny_artefact

VECTORS = json.loads(GOLDEN.read_text(encoding="utf-8"))["vectors"]
OTHER_GRAMS = {**TOKENIZER, "bucket_bits": 16}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"])
def test_golden_vectors(tmp_path: Path, vector: dict[str, Any]) -> None:
    (found,) = TextModel(a_model_folder(tmp_path)).signals([vector["text"]])

    assert {"text": vector["text"], **msgspec.to_builtins(found)} == vector


def test_the_same_text_has_the_same_answer_in_any_company(tmp_path: Path) -> None:
    model = TextModel(a_model_folder(tmp_path))
    alone = model.signals(["沣岱股份财务造假"])

    assert model.signals(["祺榕开工", "沣岱股份财务造假"] * 20)[1::2] == alone * 20


def test_no_text_has_no_answer(tmp_path: Path) -> None:
    model = TextModel(a_model_folder(tmp_path))

    assert model.signals([None, "", " \n"]) == (None, None, None)


def test_shares_of_events_add_up(tmp_path: Path) -> None:
    for found in TextModel(a_model_folder(tmp_path)).signals(["某公司公告", "🙂", "x" * 9_000]):
        assert found is not None
        assert abs(sum(found.events_ppm.values()) - 1_000_000) <= len(EVENTS)


def test_the_model_reads_beside_the_words(tmp_path: Path) -> None:
    sentence = "晟霖科技连续三年财务造假"
    (signal,) = TextModel(a_model_folder(tmp_path)).signals([sentence])

    found = judged(a_text(sentence, signal=signal))

    assert (found.event, found.severity) == ("财务造假", 3)


def changed_byte() -> bytes:
    body = bytearray(tiny_artefact())
    body[len(body) // 2] ^= 1
    return bytes(body)


@pytest.mark.parametrize(
    "changed",
    [
        {"artefact": changed_byte()},
        {"artefact": b""},
        {"sha256": "0" * 64},
        {"tokenizer": OTHER_GRAMS},
        {"schema": "model-card/1"},
        {"events": ["其他"]},
    ],
    ids=["a byte", "empty", "hash", "grams", "schema", "events"],
)
def test_a_changed_folder_answers_nothing(tmp_path: Path, changed: dict[str, Any]) -> None:
    model = TextModel(a_model_folder(tmp_path, **changed))

    with pytest.raises(ModelNotTrusted):
        model.signals(["财务造假"])


@pytest.mark.parametrize("missing", ["card.json", "model.onnx"])
def test_an_incomplete_folder_answers_nothing(tmp_path: Path, missing: str) -> None:
    (a_model_folder(tmp_path) / missing).unlink()

    with pytest.raises(ModelNotTrusted):
        TextModel(tmp_path).load()
