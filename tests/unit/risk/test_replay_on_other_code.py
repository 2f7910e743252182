"""A replay on what is shipped today: what changed since is named, what changes nothing is not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from risk.adapters.artefact_shelf import ArtefactShelf
from risk.adapters.packaged_policies import MODULE, PackagedParameters, PackagedPolicies
from risk.domain.indicators.values import IndicatorValue, State
from risk.domain.listing import Listing, todays_listing
from risk.usecases import compute_decision
from tests.support.risk import CODE_VERSION, a_document, a_healthy_firm
from tests.support.risk_archive import altered, archived, first_of, replayed
from tests.support.risk_stores import ARTEFACTS

HEALTHY = a_document(a_healthy_firm())


@pytest.fixture
def shelf(tmp_path: Path) -> ArtefactShelf:
    """What is shipped, as files that a test may alter."""
    shutil.copytree(ARTEFACTS, tmp_path / "models")
    for name in ("policies", "parameters"):
        shutil.copytree(MODULE / name, tmp_path / name)
    return ArtefactShelf(
        models_folder=tmp_path / "models",
        code_version=CODE_VERSION,
        policies=PackagedPolicies(tmp_path / "policies"),
        parameters=PackagedParameters(tmp_path / "parameters"),
        labels_path=tmp_path / "parameters" / "labels.json",
    )


def test_what_is_shipped_unaltered_is_no_difference(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])

    assert replayed(archive, decision, shelf).identical


def test_a_shipped_policy_with_other_bytes_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    altered(path, b'">= 590"', b'">= 591"')

    replay = replayed(archive, decision, shelf)

    assert first_of(replay) == ("policy", "$.manifest.policies[0].sha256")
    assert replay.verdict == replay.recomputed_verdict


def test_a_shipped_policy_that_is_damaged_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    altered(path, b"{", b"")

    assert first_of(replayed(archive, decision, shelf))[0] == "policy"


def test_a_newer_policy_version_alters_no_old_decision(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    (path,) = shelf.policies.folder.glob("*.json")
    version = json.loads(path.read_bytes())["version"]
    altered(path, version.encode(), b"2099.1.1")
    path.rename(path.with_name("newer.json"))

    assert replayed(archive, decision, shelf).identical


def test_a_model_byte_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    path = shelf.models_folder / "sme_application_score" / "model.onnx"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))

    assert first_of(replayed(archive, decision, shelf)) == (
        "model",
        "$.manifest.models[0].sha256",
    )


def test_a_changed_price_parameter_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    altered(shelf.parameters.folder / "pricing.json", b"450000", b"450001")

    assert first_of(replayed(archive, decision, shelf))[0] == "parameters"


def test_a_row_that_begins_after_the_decision_is_no_difference(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    path = shelf.parameters.folder / "pricing.json"
    table = json.loads(path.read_bytes())
    table["rows"][0]["valid_to"] = "2027-01-01"
    table["rows"].append(table["rows"][0] | {"valid_from": "2027-01-02", "valid_to": None})
    path.write_text(json.dumps(table), encoding="utf-8")

    assert replayed(archive, decision, shelf).identical


def test_a_changed_label_rule_is_named(shelf: ArtefactShelf) -> None:
    archive, (decision,) = archived([HEALTHY])
    altered(shelf.labels_path, b"1000000000", b"1000000001")

    assert first_of(replayed(archive, decision, shelf))[0] == "labels"


def with_another_definition(monkeypatch: pytest.MonkeyPatch) -> str:
    """An indicator of the library is defined anew; answer its name."""
    name = "ent.inv.out_valid_amt.all.l12m.sum"
    indicators = tuple(
        replace(one, version="other") if one.id == name else one
        for one in todays_listing().indicators
    )
    changed = Listing("0" * 64, indicators)
    monkeypatch.setattr("risk.adapters.artefact_shelf.todays_listing", lambda: changed)
    return name


def test_another_definition_that_changes_nothing_here_is_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, (decision,) = archived([HEALTHY])
    with_another_definition(monkeypatch)

    assert replayed(archive, decision).identical


def test_another_definition_that_changes_a_decision_is_named_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive, (decision,) = archived([HEALTHY])
    name = with_another_definition(monkeypatch)
    right = compute_decision.compute
    monkeypatch.setattr(
        compute_decision,
        "compute",
        lambda facts, as_of: {**right(facts, as_of), name: IndicatorValue(State.MISSING)},
    )

    assert first_of(replayed(archive, decision)) == ("library", f"$.indicators.{name}.version")


def test_an_indicator_that_is_new_alters_no_old_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    known = todays_listing()
    new = replace(known.indicators[0], id="ent.new.thing.all.l1m.sum")
    grown = Listing("0" * 64, (new, *known.indicators))
    monkeypatch.setattr("risk.adapters.artefact_shelf.todays_listing", lambda: grown)

    assert replayed(archive, decision).identical


def test_code_that_computes_something_else_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    archive, (decision,) = archived([HEALTHY])
    right = compute_decision.compute

    def wrong(facts: Any, as_of: Any) -> Any:
        values = dict(right(facts, as_of))
        name = "ent.inv.out_valid_amt.all.l12m.sum"
        values[name] = replace(values[name], scaled=1)
        return values

    monkeypatch.setattr(compute_decision, "compute", wrong)

    replay = replayed(archive, decision)

    assert first_of(replay) == ("code", "$.indicators.ent.inv.out_valid_amt.all.l12m.sum.scaled")
    assert replay.differences[0].recomputed == 1


def test_another_code_version_with_the_same_bytes_is_told_and_no_difference() -> None:
    archive, (decision,) = archived([HEALTHY])

    replay = replayed(archive, decision, ArtefactShelf(ARTEFACTS, "newer"))

    assert (replay.identical, replay.code_changed) == (True, True)
