"""A model that is not what its card says answers nothing, and a person decides."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from puhui.contracts.risk import ModelRefused
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_gate import MAX_BYTES
from risk.adapters.onnx_models import OnnxModels
from risk.domain.canonical import canonical_json
from risk.domain.record import RefusedModel
from risk.usecases.decide import Decide
from tests.support.risk import a_decide, a_document, a_healthy_firm, a_reference, a_request
from tests.support.risk_archive import InMemoryArchive, keep, replayed
from tests.support.risk_stores import ARTEFACTS
from tests.unit.risk.models.test_onnx_gate import AN_EXTERNAL_TENSOR, a_model, a_node, field

HEALTHY = a_document(a_healthy_firm())
REFERENCE = a_reference(HEALTHY)
CALLED = "sme_application_score"
LISTENED = "tax_invoice_score"
VERSION = ModelCards(ARTEFACTS).document(CALLED)["version"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ARTEFACTS, tmp_path / "models")


def deciding(folder: Path, *, merged: bool = True) -> Decide:
    decide = a_decide({REFERENCE.key or "": HEALTHY})
    models = OnnxModels(ModelCards(folder), merged=merged)
    return replace(decide, compute=replace(decide.compute, models=models))


def replaced(folder: Path, model: str, body: bytes) -> None:
    """Another artefact, with its own hash on the card: whoever did this knew of the hash."""
    (folder / model / "model.onnx").write_bytes(body)
    path = folder / model / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["sha256"] = hashlib.sha256(body).hexdigest()
    path.write_text(json.dumps(card), encoding="utf-8")


def without(folder: Path, key: str) -> None:
    path = folder / CALLED / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    del card[key]
    path.write_text(json.dumps(card), encoding="utf-8")


def tampered(folder: Path, model: str) -> None:
    path = folder / model / "model.onnx"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


ATTACKS: dict[str, Callable[[Path], object]] = {
    "a changed byte": lambda f: tampered(f, CALLED),
    "a changed byte of one that is only listened to": lambda f: tampered(f, LISTENED),
    "a file that reads another file": lambda f: replaced(
        f, CALLED, a_model((), field(5, AN_EXTERNAL_TENSOR))
    ),
    "an unknown operator": lambda f: replaced(f, CALLED, a_model([a_node("Evil")])),
    "an over-size file": lambda f: replaced(f, CALLED, b"\0" * (MAX_BYTES + 1)),
    "a card that is gone": lambda f: (f / CALLED / "card.json").unlink(),
    "a card that is damaged": lambda f: (f / CALLED / "card.json").write_bytes(b"{"),
    "a card that lacks a part": lambda f: without(f, "intercept_e4"),
    "a card that is gone of one that is only listened to": lambda f: (
        f / LISTENED / "card.json"
    ).unlink(),
    "a graph that cannot be opened": lambda f: replaced(f, CALLED, a_model()),
    "no file at all": lambda f: (f / CALLED / "model.onnx").unlink(),
}


def test_an_untouched_folder_approves(folder: Path) -> None:
    assert deciding(folder)(a_request([REFERENCE])).result.verdict == "approve"


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_whatever_was_done_to_a_model_a_person_decides(
    folder: Path, attack: Callable[[Path], object]
) -> None:
    attack(folder)

    result = deciding(folder)(a_request([REFERENCE])).result

    assert result.verdict == "refer"
    assert result.reasons[0].code == "MODEL_REFUSED"


def test_the_record_names_the_refused_model_and_replays(folder: Path) -> None:
    tampered(folder, CALLED)
    decide, archive = deciding(folder), InMemoryArchive()

    archive.documents[REFERENCE.sha256 or ""] = HEALTHY

    decision = keep(archive, decide(a_request([REFERENCE])), decide.artefacts, decide.compute)

    record = json.loads(decision.record)
    assert record["given"]["models_refused"] == [
        {
            "id": CALLED,
            "version": VERSION,
            "why": f"the artefact of {CALLED} is not the one on its card",
        }
    ]
    assert CALLED not in {one["id"] for one in record["manifest"]["models"]}
    assert replayed(archive, decision).identical


def test_the_bus_learns_of_each_refused_model_and_why(folder: Path) -> None:
    tampered(folder, CALLED)
    (folder / LISTENED / "card.json").unlink()

    decision = deciding(folder)(a_request([REFERENCE]))

    assert decision.models_refused == (
        ModelRefused(
            model_id=CALLED,
            model_version=VERSION,
            why=f"the artefact of {CALLED} is not the one on its card",
            decision_id=decision.result.decision_id,
        ),
        ModelRefused(
            model_id=LISTENED,
            model_version=None,
            why=f"there is no card of {LISTENED}",
            decision_id=decision.result.decision_id,
        ),
    )


def test_models_that_hold_are_no_news() -> None:
    assert deciding(ARTEFACTS)(a_request([REFERENCE])).models_refused == ()


@given(st.text(max_size=400), st.text(min_size=1, max_size=400) | st.integers() | st.none())
def test_whatever_a_damaged_file_says_fits_the_record_and_the_event(
    why: str, version: object
) -> None:
    told = RefusedModel.of(CALLED, version, f"refused: {why}")

    event = ModelRefused(
        model_id=told.id, model_version=told.version, why=told.why, decision_id="dec-1"
    )
    assert json.loads(canonical_json(asdict(told))) == asdict(told)
    assert event.why.startswith("refused: ")


def test_models_that_nobody_calls_are_on_record_with_their_versions() -> None:
    record = json.loads(deciding(ARTEFACTS)(a_request([REFERENCE])).record)

    assert [one["id"] for one in record["models"]][:2] == [CALLED, LISTENED]
    assert [one["id"] for one in record["manifest"]["models"]][:2] == [CALLED, LISTENED]
    assert record["models"][0]["points"] == record["score"]["points"]


def test_a_stage_that_may_not_be_trusted_is_answered_by_its_models(folder: Path) -> None:
    whole = deciding(folder)(a_request([REFERENCE]))
    path = folder / "stages" / "pre_loan.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    alone = deciding(folder)(a_request([REFERENCE]))

    assert alone.record == whole.record
