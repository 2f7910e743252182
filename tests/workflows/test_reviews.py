"""A declined customer asks for a person: operations decides although the application is closed."""

from __future__ import annotations

from typing import Any

from tests.support.loan_walk import LoanWalk
from tests.support.walked_loan import Loan


def declined(walk: LoanWalk) -> tuple[Loan, dict[str, Any]]:
    """A firm without invoices, which the machine declines, and the decision about it."""
    loan = walk.bring_in(upload=False)
    path = f"/risk/applications/{loan.application_id}/decision"
    return loan, walk.call("GET", path, loan.token)


def test_a_person_of_operations_changes_what_the_machine_declined(walk: LoanWalk) -> None:
    loan, decision = declined(walk)
    path = f"/risk/decisions/{decision['decision_id']}"
    reviewer = walk.token("underwriter", subject="underwriter-demo-bank")

    asked = walk.call("POST", f"{path}/review-requests", loan.token, {"statement": "请核实"})
    walk.cloud.settle()
    (task,) = [t for t in walk.open_tasks() if t["kind"] == "decision_review"]
    walk.call("POST", f"/operations/tasks/{task['task_id']}/claim", reviewer)
    answer = {"outcome": "approved", "comment": "资料已补齐"}
    walk.call("POST", f"/operations/tasks/{task['task_id']}/decision", reviewer, answer)
    walk.cloud.settle()

    review = walk.call("GET", f"{path}/review", walk.auditor)
    assert (loan.outcome, decision["verdict"]) == ("declined", "decline")
    assert (asked["handled_by"], task["kind_name"]) == ("operations", "自动决策人工复核")
    assert (review["status"], review["outcome"]) == ("decided", "changed")
    assert review["decided"]["by"] == "underwriter-demo-bank"


def test_asking_twice_opens_one_task(walk: LoanWalk) -> None:
    loan, decision = declined(walk)
    path = f"/risk/decisions/{decision['decision_id']}/review-requests"

    first, second = (walk.call("POST", path, loan.token, {}) for _ in range(2))
    walk.cloud.settle()

    mine = [
        task
        for task in walk.open_tasks()
        if task["kind"] == "decision_review" and task["application_id"] == loan.application_id
    ]
    assert (first, len(mine)) == (second, 1)


def test_the_factory_hands_risk_who_asks(walk: LoanWalk) -> None:
    loan = walk.bring_in()

    (asked,) = [
        payload
        for name, payload in walk.cloud.invocations
        if name.endswith("risk-decide") and payload["application_id"] == loan.application_id
    ]
    assert asked["party_sealed"]
    assert loan.firm.party.name not in str(asked)
