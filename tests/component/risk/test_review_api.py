"""A customer asks for a person, over the API; with and without operations."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from risk import review_wiring
from risk.api import app
from risk.handlers.record_review import handler
from tests.component.risk.test_decisions_on_table import on_table
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.risk import a_document, a_healthy_firm, decided

APPROVED = decided(a_document(a_healthy_firm()))
DECLINED = decided(a_document([]), application_id="app-2")
ID = DECLINED.result.decision_id
PATH = "/decisions/{decision_id}"
UNDERWRITER = a_principal("underwriter", subject="reviewer")

pytestmark = pytest.mark.usefixtures("decisions_kept")


@pytest.fixture
def decisions_kept(risk_account: None) -> None:
    for decision in (APPROVED, DECLINED):
        on_table().add(decision, decision.result.application_id)


@pytest.fixture
def machine(decisions_kept: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Operations is deployed: the machine that asks it exists."""
    definition = {
        "StartAt": "Wait",
        "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}},
    }
    arn: str = boto3.client("stepfunctions").create_state_machine(
        name="puhui-test-risk-review-decision",
        definition=json.dumps(definition),
        roleArn="arn:aws-cn:iam::123456789012:role/states",
    )["stateMachineArn"]
    monkeypatch.setenv("REVIEW_MACHINE_ARN", arn)
    review_wiring.reviews.cache_clear()
    return arn


def request(who: Any = None, decision_id: str = ID) -> Answer:
    return call(
        app,
        "POST",
        f"{PATH}/review-requests",
        body={"statement": "请人工核实发票"},
        principal=who or a_customer(),
        values={"decision_id": decision_id},
    )


def record(outcome: str, who: Any = UNDERWRITER) -> Answer:
    return call(
        app,
        "POST",
        f"{PATH}/review",
        body={"outcome": outcome, "comment": "已核对"},
        principal=who,
        values={"decision_id": ID},
    )


def executions(arn: str) -> list[str]:
    found = boto3.client("stepfunctions").list_executions(stateMachineArn=arn)["executions"]
    return [one["name"] for one in found]


def test_without_operations_the_review_waits_for_risk_and_says_so() -> None:
    answer = request()
    listed = call(app, "GET", "/reviews", principal=UNDERWRITER).body["items"]

    assert (answer.status, answer.body["handled_by"]) == (201, "risk")
    assert "风控人员直接复核" in answer.body["note"]
    assert [one["review_id"] for one in listed] == [answer.body["review_id"]]


def test_asking_twice_is_one_review() -> None:
    assert request().body == request().body


def test_a_customer_reads_the_outcome_but_not_who_decided() -> None:
    request()
    record("changed")

    shown = call(
        app, "GET", f"{PATH}/review", principal=a_customer(), values={"decision_id": ID}
    ).body

    assert (shown["outcome_name"], shown["decided"], shown["comment"]) == ("改变原决定", None, None)


def test_an_approval_is_not_reviewed() -> None:
    answer = request(decision_id=APPROVED.result.decision_id)

    assert (answer.status, answer.error["rule"]) == (422, "review.verdict")


def test_another_customer_does_not_find_the_decision() -> None:
    assert request(a_customer("cus-2")).status == 404


def test_with_operations_a_machine_asks_for_a_person_once(machine: str) -> None:
    first, second = request(), request()

    assert (first.body["handled_by"], first.body) == ("operations", second.body)
    assert executions(machine) == [first.body["review_id"]]


def test_with_operations_risk_does_not_decide_beside_the_task(machine: str) -> None:
    request()

    assert record("upheld").error["rule"] == "review.handler"


@pytest.mark.parametrize(
    ("outcome", "status"), [("approved", "decided"), ("rejected", "decided"), ("returned", "open")]
)
def test_the_machines_step_records_how_the_task_ended(
    machine: str, outcome: str, status: str
) -> None:
    review_id = request().body["review_id"]
    event = {
        "bank_id": "north",
        "decision_id": ID,
        "review_id": review_id,
        "correlation_id": "app-2",
        "outcome": outcome,
        "decided_by": None if outcome == "returned" else "reviewer",
    }

    first, second = handler(event, None), handler(event, None)

    assert first == second == {"review_id": review_id, "status": status}


def test_a_returned_review_is_decided_by_risk(machine: str) -> None:
    review_id = request().body["review_id"]
    handler(
        {
            "bank_id": "north",
            "decision_id": ID,
            "review_id": review_id,
            "correlation_id": "app-2",
            "outcome": "returned",
        },
        None,
    )

    assert record("upheld").body["outcome_name"] == "维持原决定"
