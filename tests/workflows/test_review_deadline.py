"""A review that nobody of operations takes returns to risk's own staff; the right stays."""

from __future__ import annotations

from tests.support.loan_walk import LoanWalk, walking
from tests.support.risk import a_request

SUBJECT = {"kind": "firm", "name": "安徽鼎盛商贸有限公司"}


def a_declined_decision(walk: LoanWalk) -> str:
    asked = a_request().model_dump(mode="json", exclude={"bank_id", "correlation_id", "facts"})
    del asked["as_of"]
    asked["subject"] = SUBJECT
    risk = walk.token("risk_manager", subject="asker")
    return str(walk.call("POST", "/risk/decisions", risk, asked)["decision_id"])


def test_a_deadline_that_passes_returns_the_review_to_risk() -> None:
    with walking({"ReviewDeadlineSeconds": "2"}, modules=("risk", "operations")) as walk:
        path = f"/risk/decisions/{a_declined_decision(walk)}"
        customer = walk.token("customer", customer="cus-1")
        asked = walk.call("POST", f"{path}/review-requests", customer, {})
        walk.wait_until(
            lambda: walk.call("GET", f"{path}/review", customer)["handled_by"] == "risk"
        )

        reviewer = walk.token("underwriter", subject="reviewer")
        outcome = {"outcome": "upheld", "comment": "资料不足"}
        done = walk.call("POST", f"{path}/review", reviewer, outcome)

    assert (asked["handled_by"], done["status"], done["outcome"]) == (
        "operations",
        "decided",
        "upheld",
    )
