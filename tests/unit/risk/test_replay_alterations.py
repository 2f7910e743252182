"""Whatever was altered in an archive is named: a document, an artefact, the record itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from risk.domain.canonical import canonical_json
from risk.domain.errors import DecisionNotFound
from tests.support.risk import (
    a_document,
    a_healthy_firm,
)
from tests.support.risk_archive import InMemoryArchive, archived, first_of, replayed

HEALTHY = a_document(a_healthy_firm())


def test_an_altered_document_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    (digest,) = archive.documents
    archive.documents[digest] = HEALTHY.replace(b"B1", b"B2", 1)

    replay = replayed(archive, decision)

    assert first_of(replay) == ("fact", "$.request.facts[0].sha256")
    assert replay.recomputed_verdict == "decline"


def test_an_absent_document_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    archive.documents.clear()

    assert first_of(replayed(archive, decision))[0] == "fact"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("policy", "policy"),
        ("model", "model"),
        ("card", "model"),
        ("parameters", "parameters"),
        ("labels", "labels"),
        ("listing", "library"),
    ],
)
@pytest.mark.parametrize("how", ["altered", "absent"])
def test_an_archived_artefact_that_is_not_as_kept_is_named(kind: str, part: str, how: str) -> None:
    archive, (decision,) = archived([HEALTHY])
    pin = next(pin for pin in archive.artefacts if pin.kind == kind)
    if how == "absent":
        del archive.artefacts[pin]
    else:
        archive.artefacts[pin] += b" "

    assert first_of(replayed(archive, decision))[0] == part


@pytest.mark.parametrize(
    "change", [{"verdict": "decline"}, {"limit_fen": 1}, {"reasons": []}, {"more": 1}]
)
def test_an_altered_record_is_named(change: dict[str, Any]) -> None:
    archive, (decision,) = archived([HEALTHY])
    record = json.loads(decision.record) | change
    archive.records[decision.result.decision_id] = canonical_json(record)

    (name,) = change
    assert first_of(replayed(archive, decision))[1].startswith(f"$.{name}")


def test_a_record_that_is_not_canonical_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    archive.records[decision.result.decision_id] = decision.record + b"\n"

    assert first_of(replayed(archive, decision)) == ("record", "$")


def test_a_record_of_another_schema_is_named() -> None:
    archive, (decision,) = archived([HEALTHY])
    record = json.loads(decision.record) | {"schema": "decision-record/1"}
    archive.records[decision.result.decision_id] = canonical_json(record)

    assert first_of(replayed(archive, decision)) == ("record", "$.schema")


def test_a_decision_that_was_never_made_is_not_found() -> None:
    _, (decision,) = archived([HEALTHY])

    with pytest.raises(DecisionNotFound):
        replayed(InMemoryArchive(), decision)
