"""The explanation of a decision: who reads how much of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import boto3
import pytest

from puhui.identity import Principal
from risk.adapters.s3_artefacts import key_of
from risk.api import app
from risk.domain.canonical import canonical_json
from risk.domain.decision import Decision
from risk.domain.listing import Listing, todays_listing
from risk.domain.record import Pin
from risk.policy import FULL_TREE_ROLES
from tests.component.risk.conftest import RECORDS
from tests.component.risk.test_decisions_on_table import on_table
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.risk import a_document, a_healthy_firm, decided

DECLINED = decided(a_document([row for row in a_healthy_firm() if row["issued_on"] < "2025-12-01"]))

pytestmark = pytest.mark.usefixtures("kept")


@pytest.fixture
def kept(risk_account: None) -> None:
    on_table().add(DECLINED, "app-1")


def explained(who: Principal, decision: Any = DECLINED) -> Answer:
    values = {"decision_id": decision.result.decision_id}
    return call(app, "GET", "/decisions/{decision_id}/explanation", principal=who, values=values)


def test_a_customer_reads_reasons_in_customer_words_and_nothing_else() -> None:
    body = explained(a_customer()).body

    told = " ".join(reason["text"] for reason in body["reasons"])
    assert {name for name, value in body.items() if value is not None} == {
        "decision_id",
        "application_id",
        "verdict",
        "verdict_name",
        "reasons",
    }
    assert all(reason.text not in told for reason in DECLINED.result.reasons)


def test_a_relationship_manager_reads_reasons_and_no_evaluation() -> None:
    body = explained(a_principal("relationship_manager", branch="hefei")).body

    assert body["reasons"][0]["text"] == DECLINED.result.reasons[0].text
    assert body["evaluation"] is None


@pytest.mark.parametrize("role", FULL_TREE_ROLES)
def test_those_who_answer_for_risk_read_the_evaluation(role: str) -> None:
    evaluation = explained(a_principal(role)).body["evaluation"]

    assert evaluation["record_sha256"] == DECLINED.result.record_sha256
    assert any(node["fired"] for node in evaluation["tree"])
    assert evaluation["facts"][0]["product_name"] == "增值税发票明细"
    assert all(one["title"] and one["value"] for one in evaluation["indicators"])
    assert sum(evaluation["states"].values()) == len(todays_listing().names)
    models = {one["catalogue_id"]: one for one in evaluation["models"]}
    assert ["名单筛查等级", "未命中"] in models["M02"]["figures"]
    assert models["M07"]["silent"] == "未调用：无银行流水"
    assert {label["label"] for label in evaluation["labels"]} >= {"firm_size", "thin_file"}


def kept_under_a_sensitive_library() -> Decision:
    """The decision under a library whose indicators are all of level 4, which is archived."""
    known = todays_listing()
    rows = tuple(replace(one, sensitivity=4) for one in known.indicators)
    listing = Listing(known.library_sha256, rows)
    boto3.client("s3").put_object(
        Bucket=RECORDS,
        Key=key_of(Pin("listing", listing.sha256)),
        Body=listing.body,
        ChecksumAlgorithm="SHA256",
    )
    body = DECLINED.record.replace(known.sha256.encode(), listing.sha256.encode())
    changes = {
        "decision_id": "dec-sensitive",
        "record_sha256": hashlib.sha256(body).hexdigest(),
    }
    decision = replace(DECLINED, result=DECLINED.result.model_copy(update=changes), record=body)
    on_table().add(decision, "app-1")
    return decision


@pytest.mark.parametrize(("role", "seen"), [("approver", False), ("auditor", True)])
def test_values_of_level_four_are_for_those_who_answer_for_data(role: str, seen: bool) -> None:
    decision = kept_under_a_sensitive_library()

    evaluation = explained(a_principal(role), decision).body["evaluation"]

    read = [pair for node in evaluation["tree"] for pair in node.get("inputs", {}).items()]
    about = [found for name, found in read if name.startswith("ent.")]
    points = {one["points_e4"] for one in evaluation["score"]["contributions"]}
    values = {one["value"] for one in evaluation["indicators"]}
    assert about != []
    assert ("****" in points, values == {"****"}) == (not seen, not seen)
    assert all((found == "****") is not seen for found in about)


@pytest.mark.parametrize(("role", "seen"), [("approver", False), ("auditor", True)])
def test_the_record_itself_is_no_way_around_the_mask(role: str, seen: bool) -> None:
    decision = kept_under_a_sensitive_library()
    values = {"decision_id": decision.result.decision_id}

    answer = call(
        app, "GET", "/decisions/{decision_id}", principal=a_principal(role), values=values
    )

    record = answer.body["record"]
    assert ("indicators" in record, canonical_json(record) == decision.record) == (seen, seen)


def test_a_stranger_gets_no_explanation() -> None:
    statuses = [
        explained(a_customer("cus-2")).status,
        explained(a_principal("auditor", bank="south")).status,
        explained(a_principal("relationship_manager", branch="fuyang")).status,
        explained(a_principal("collector", branch="hefei")).status,
    ]

    assert statuses == [404, 404, 404, 403]


def test_the_explanation_is_of_canonical_data() -> None:
    """Nothing in it is a float, so nothing in it is rounded on its way."""
    evaluation = explained(a_principal("auditor")).body["evaluation"]

    assert canonical_json(evaluation)
