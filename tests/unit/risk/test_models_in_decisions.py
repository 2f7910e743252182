"""The models that are code inside a decision: on record, in policies, replayed, and refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.carded_formulas import CardedFormulas
from risk.adapters.model_cards import ModelCards
from risk.adapters.onnx_models import OnnxModels
from risk.domain.decision import Decision
from risk.domain.indicators.values import State
from risk.domain.model_inputs.asking import ASKED
from risk.domain.name_lists import Screening
from risk.usecases.ask_models import AskModels
from risk.usecases.decide import Decide
from tests.support.asked_models import (
    asked,
    body_of,
    known_of,
    told_of,
    whole,
)
from tests.support.risk import CODE_VERSION, a_decide, a_reference
from tests.support.risk_archive import InMemoryArchive, first_of, keep, replayed
from tests.support.risk_stores import ARTEFACTS

STATISTICAL = ["sme_application_score", "tax_invoice_score"]


def deciding(documents: dict[str, Any], folder: Path = ARTEFACTS) -> tuple[Decide, Any]:
    """The use case with a firm's documents, and the question."""
    bodies = {product: body_of(product, one) for product, one in documents.items()}
    references = [
        a_reference(body, f"intake/north/{product[:-2]}", product=product)
        for product, body in bodies.items()
    ]
    decide = a_decide({one.key or "": bodies[one.product] for one in references})
    cards = ModelCards(folder)
    compute = replace(
        decide.compute,
        models=OnnxModels(cards, merged=True),
        ask_models=AskModels(CardedFormulas(cards)),
    )
    return replace(decide, compute=compute), asked(facts=tuple(references))


def decided(documents: dict[str, Any], folder: Path = ARTEFACTS) -> Decision:
    decide, request = deciding(documents, folder)
    return decide(request)


def kept(documents: dict[str, Any], folder: Path = ARTEFACTS) -> tuple[InMemoryArchive, Decision]:
    """A decision in an archive with everything that it was made from."""
    decide, request = deciding(documents, folder)
    archive = InMemoryArchive()
    decision = keep(archive, decide(request), decide.artefacts, decide.compute)
    for product, one in documents.items():
        body = body_of(product, one)
        archive.documents[a_reference(body).sha256 or ""] = body
    return archive, decision


def entries(decision: Decision) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads(decision.record)["models"]}


def test_every_model_of_a_firm_is_on_record_in_its_order() -> None:
    record = json.loads(decided(whole()).record)

    assert record["schema"] == "decision-record/5"
    assert [one["id"] for one in record["models"]] == [*STATISTICAL, *ASKED]


def test_an_answer_is_on_record_as_the_model_gives_it() -> None:
    decision, known = decided(whole()), known_of(whole())

    without_graph = replace(known, given=replace(known.given, graph=None))
    told = told_of(without_graph, decision.result.grade)

    found = entries(decision)
    assert {name: found[name] for name in told} == {n: one.document for n, one in told.items()}


def test_a_model_whose_source_is_absent_is_not_asked_and_the_record_says_why() -> None:
    found = entries(decided({"invoice/1": whole()["invoice/1"]}))

    assert {name: one["not_asked"] for name, one in found.items() if "not_asked" in one} == {
        "identity_consistency": "no_device",
        "ring_fraud_graph": "no_graph",
        "document_authenticity": "no_bank_flow",
        "debt_burden": "no_bureau",
        "working_capital_demand": "no_tax",
        "collateral_guarantee": "no_security",
        "group_concentration": "no_group_facts",
    }


def test_an_input_that_a_model_refuses_breaks_no_decision() -> None:
    documents = whole()
    documents["tax/1"]["snapshot"]["profit_fen"] = 10**12

    found = entries(decided(documents))

    assert found["working_capital_demand"]["refused"]["field"] == "profit_margin_ppm"


def test_the_manifest_pins_every_model_that_was_asked() -> None:
    archive, decision = kept(whole())
    record = json.loads(decision.record)

    pinned = {one["id"]: one for one in record["manifest"]["models"]}
    not_asked = {one["id"] for one in record["models"] if "not_asked" in one}

    assert [*pinned] == [*STATISTICAL, *(one for one in ASKED if one not in not_asked)]
    for name, one in pinned.items():
        card = json.loads((ARTEFACTS / name / "card.json").read_bytes())
        assert (one["version"], one["sha256"]) == (card["version"], card["sha256"])
    kept_hashes = {pin.sha256 for pin in archive.artefacts}
    assert {one["sha256"] for one in pinned.values()} <= kept_hashes
    assert {one["card_sha256"] for one in pinned.values()} <= kept_hashes


@pytest.mark.parametrize("products", [None, ("invoice/1",), ("bank_flow/1", "bureau/1"), ()])
def test_a_decision_with_all_models_replays_to_the_byte(products: tuple[str, ...] | None) -> None:
    documents = {name: one for name, one in whole().items() if products is None or name in products}
    archive, decision = kept(documents)

    replay = replayed(archive, decision)

    assert replay.identical, replay.differences


def test_a_refused_input_replays_to_the_byte() -> None:
    documents = whole()
    documents["tax/1"]["snapshot"]["profit_fen"] = 10**12
    archive, decision = kept(documents)

    assert replayed(archive, decision).identical


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ARTEFACTS, tmp_path / "models")


def test_parameters_that_were_changed_under_their_version_are_named(folder: Path) -> None:
    archive, decision = kept(whole())
    path = folder / "debt_burden" / "parameters.json"
    path.write_bytes(
        path.read_bytes().replace(b'"high_lender_count": 4', b'"high_lender_count": 5')
    )

    found = replayed(archive, decision, ArtefactShelf(folder, CODE_VERSION))

    part, path_in_record = first_of(found)
    assert (part, path_in_record.endswith(".sha256")) == ("model", True)


def test_an_artefact_that_the_archive_lost_is_named() -> None:
    archive, decision = kept(whole())
    pinned = {one["id"]: one for one in json.loads(decision.record)["manifest"]["models"]}
    lost = pinned["debt_burden"]["sha256"]
    archive.artefacts = {pin: body for pin, body in archive.artefacts.items() if pin.sha256 != lost}

    assert first_of(replayed(archive, decision)) == ("model", "$.manifest.model")


def changed(folder: Path, model: str, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    path = folder / model / name
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def rehashed(folder: Path, model: str, body: bytes) -> None:
    """Other parameters with their hash on the card: whoever did this knew of the hash."""
    (folder / model / "parameters.json").write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    changed(folder, model, "card.json", lambda card: card.update(sha256=digest))


ATTACKS: dict[str, Callable[[Path], object]] = {
    "parameters with another bound": lambda f: changed(
        f, "debt_burden", "parameters.json", lambda d: d["parameters"].update(dsr_cap_ppm=900_000)
    ),
    "code that is not the card's": lambda f: changed(
        f, "credit_limit", "card.json", lambda d: d["code"].update(sha256="0" * 64)
    ),
    "a card without code": lambda f: changed(
        f, "name_list_match", "card.json", lambda d: d.update(code=None)
    ),
    "a card that is gone": lambda f: (f / "income_recognition" / "card.json").unlink(),
    "parameters that are gone": lambda f: (f / "rate_pricing" / "parameters.json").unlink(),
    "parameters that are no JSON": lambda f: rehashed(f, "admission_policy", b"{"),
    "parameters without a part": lambda f: rehashed(f, "admission_policy", b'{"parameters":{}}'),
    "a document without parameters": lambda f: rehashed(f, "admission_policy", b"{}"),
    "a model that is not asked this time": lambda f: (
        f / "collateral_guarantee" / "parameters.json"
    ).write_bytes(b"{}"),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_whatever_was_done_to_a_model_that_is_code_a_person_decides(
    folder: Path, attack: Callable[[Path], object]
) -> None:
    attack(folder)

    result = decided(whole(), folder).result

    assert (result.verdict, result.reasons[0].code) == ("refer", "MODEL_REFUSED")


def test_without_an_attack_the_same_firm_is_approved(folder: Path) -> None:
    assert decided(whole(), folder).result.verdict == "approve"


def test_a_refused_model_is_named_on_record_not_asked_and_replays(folder: Path) -> None:
    ATTACKS["parameters with another bound"](folder)

    archive, decision = kept(whole(), folder)

    record = json.loads(decision.record)
    (refused,) = record["given"]["models_refused"]
    assert (refused["id"], refused["version"]) == ("debt_burden", "1.0.0")
    assert "debt_burden" not in entries(decision)
    assert "debt_burden" not in {one["id"] for one in record["manifest"]["models"]}
    assert replayed(archive, decision).identical


def test_who_needs_a_refused_model_knows_nothing_of_its_answer(folder: Path) -> None:
    ATTACKS["a card that is gone"](folder)

    found = entries(decided(whole(), folder))

    sales = next(
        one for one in found["credit_limit"]["answer"]["bounds"] if one["bound"] == "sales"
    )
    assert (found["debt_burden"]["answer"]["burden"], sales["fen"]) == ("undetermined", None)


@pytest.mark.parametrize(
    ("level", "verdict", "codes"),
    [
        (Screening(state=State.OK), "approve", {"AUTO_APPROVED"}),
        (Screening(state=State.MISSING), "decline", {"BLACK_LISTED"}),
    ],
)
def test_the_packaged_policy_reads_the_list_models_level(
    level: Screening, verdict: str, codes: set[str]
) -> None:
    decide, request = deciding(whole())

    result = replace(decide, name_lists=lambda *_: level)(request).result

    assert (result.verdict, {one.code for one in result.reasons}) == (verdict, codes)


def test_a_day_after_the_lpr_history_asks_for_no_price() -> None:
    decide, request = deciding(whole())
    later = request.model_copy(update={"as_of": request.as_of + timedelta(days=150)})

    assert entries(decide(later))["rate_pricing"]["not_asked"] == "no_lpr"
