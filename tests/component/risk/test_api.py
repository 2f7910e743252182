"""Risk's API: who sees a decision and how much of it; the lists of models and indicators."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from puhui.identity import Principal
from risk.api import app
from risk.domain.indicators.library import ALL_DEFINITIONS
from risk.policy import FULL_TREE_ROLES
from tests.component.risk.test_decisions_on_table import on_table
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.risk import AS_OF, POLICIES, a_document, a_healthy_firm, decided

APPROVED = decided(a_document(a_healthy_firm()))
DECLINED = decided(
    a_document([row for row in a_healthy_firm() if row["issued_on"] < "2025-12-01"]),
    application_id="app-2",
)
REFERRED = decided(
    a_document([row | {"counterparty": "B1"} for row in a_healthy_firm()]),
    application_id="app-3",
)
ALL = (APPROVED, DECLINED, REFERRED)

pytestmark = pytest.mark.usefixtures("decisions_kept")


@pytest.fixture
def decisions_kept(risk_account: None) -> None:
    for decision in ALL:
        on_table().add(decision, decision.result.application_id)


def read(decision: Any, who: Principal) -> Answer:
    values = {"decision_id": decision.result.decision_id}
    return call(app, "GET", "/decisions/{decision_id}", principal=who, values=values)


def test_a_customer_reads_the_answer_in_customer_words_only() -> None:
    body = read(DECLINED, a_customer()).body

    assert [name for name, value in body.items() if value is not None] == [
        "decision_id",
        "application_id",
        "verdict",
        "verdict_name",
        "reasons",
    ]
    told = " ".join(reason["text"] for reason in body["reasons"])
    assert told
    assert all(reason.text not in told for reason in DECLINED.result.reasons)


def test_a_customer_reads_limit_and_rate_of_an_approval() -> None:
    body = read(APPROVED, a_customer()).body

    assert (body["limit_fen"], body["verdict_name"]) == (APPROVED.result.limit_fen, "通过")
    assert (body["score"], body["pd_ppm"], body["record"]) == (None, None, None)


def test_a_customer_reads_no_proposal_that_an_approver_may_change() -> None:
    body = read(REFERRED, a_customer()).body

    assert (body["limit_fen"], body["annual_rate_bps"]) == (None, None)


def test_a_customer_is_told_each_sentence_once() -> None:
    texts = [reason["text"] for reason in read(DECLINED, a_customer()).body["reasons"]]

    assert len(texts) == len(set(texts))


def test_a_relationship_manager_reads_reasons_but_no_tree() -> None:
    body = read(DECLINED, a_principal("relationship_manager", branch="hefei")).body

    assert body["reasons"][0]["text"] == DECLINED.result.reasons[0].text
    assert (body["grade"], body["record"], body["pd_ppm"]) == (DECLINED.result.grade, None, None)


@pytest.mark.parametrize("role", FULL_TREE_ROLES)
def test_those_who_answer_for_risk_read_the_whole_tree(role: str) -> None:
    body = read(DECLINED, a_principal(role)).body

    assert body["record"]["verdict"] == "decline"
    nodes = [node.id for node in POLICIES.in_force(AS_OF).nodes]
    assert [node["id"] for node in body["record"]["tree"]] == nodes
    assert body["score"] == DECLINED.result.score


@pytest.mark.parametrize(
    "stranger",
    [
        a_principal("auditor", bank="south"),
        a_principal("relationship_manager", branch="fuyang"),
        a_customer("cus-2"),
        a_customer("cus-1", bank="south"),
    ],
    ids=["another bank", "another branch", "another customer", "a namesake elsewhere"],
)
def test_what_is_not_yours_does_not_exist(stranger: Principal) -> None:
    answer = read(APPROVED, stranger)

    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_a_role_without_business_here_is_refused() -> None:
    assert read(APPROVED, a_principal("collector", branch="hefei")).status == 403


def test_an_unknown_decision_is_not_found() -> None:
    answer = call(
        app,
        "GET",
        "/decisions/{decision_id}",
        principal=a_principal("auditor"),
        values={"decision_id": "dec-unknown"},
    )

    assert answer.status == 404


def test_the_decision_of_an_application_is_found_by_the_application() -> None:
    answer = call(
        app,
        "GET",
        "/applications/{application_id}/decision",
        principal=a_customer(),
        values={"application_id": "app-1"},
    )

    assert answer.body["decision_id"] == APPROVED.result.decision_id


def test_models_are_listed_with_their_cards() -> None:
    body = call(app, "GET", "/models", principal=a_principal("risk_manager")).body

    found = {model["catalogue_id"]: model for model in body["items"]}
    assert list(found) == [f"M{number:02}" for number in range(1, 29)]
    assert found["M08"]["name_zh"] == "小微企业申请评分卡"
    assert all(model["card"]["limitations"] for model in found.values())


def test_indicators_are_listed_with_the_models_that_use_them() -> None:
    body = call(app, "GET", "/indicators", principal=a_principal("data_steward")).body

    users = {item["id"]: item["models"] for item in body["items"]}
    every = len(ALL_DEFINITIONS)
    assert (body["count"], len(users)) == (every, every)
    assert "sme_application_score" in users["ent.inv.out_valid_amt.all.l24m.cv"]
    assert [] in users.values()


@pytest.mark.parametrize("path", ["/models", "/indicators"])
@pytest.mark.parametrize("who", [a_customer(), a_principal("relationship_manager", branch="hefei")])
def test_the_libraries_are_not_for_everybody(path: str, who: Principal) -> None:
    assert call(app, "GET", path, principal=who).status == 403


def test_a_silent_table_is_an_outage_and_not_an_absence() -> None:
    boto3.client("dynamodb").delete_table(TableName="puhui-test-risk-table")

    assert read(APPROVED, a_principal("auditor")).status == 503
