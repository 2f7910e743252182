"""The payment: lost answers, lost orders, rejections, and an outcome that stays unknown."""

from __future__ import annotations

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import LoanWalk
from tests.support.walked_loan import Refused


@pytest.mark.parametrize(
    "fault",
    [
        {"lose_answer": True, "times": 1},
        pytest.param({"error": 500, "times": 1}, marks=pytest.mark.full),
        {"error": 503, "times": 2},
        pytest.param({"lose_answer": True, "delay_ms": 50, "times": 1}, marks=pytest.mark.full),
    ],
    ids=["answer lost", "error once", "unavailable twice", "answer late and lost"],
)
def test_a_doubtful_payment_is_queried_and_paid_once(
    walk: LoanWalk, fault: dict[str, object]
) -> None:
    loan = walk.ready_to_pay()
    before = len(walk.payments())
    walk.plan_rail_fault(**fault)

    loan.sign()
    walk.wait_for_outcome(loan)

    assert loan.outcome == "disbursed"
    assert "Query payment" in loan.states
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


def test_a_rejected_payment_gives_limit_and_reservation_back(walk: LoanWalk) -> None:
    loan = walk.ready_to_pay(account_ending="4040")

    loan.sign()
    walk.wait_for_outcome(loan)

    assert loan.outcome == "payment_rejected"
    assert [state for state in loan.states if state in ("Void reservation", "Release limit")] == [
        "Void reservation",
        "Release limit",
    ]
    walk.assert_books_balance()


@pytest.mark.parametrize(
    ("found", "outcome"), [("approved", "disbursed"), ("rejected", "payment_rejected")]
)
def test_a_payment_that_stays_unknown_is_investigated_by_a_person(
    walk: LoanWalk, found: str, outcome: str
) -> None:
    loan = walk.ready_to_pay()
    walk.cloud.faults.on_function("query-payment", Fault(error_type="Broken"), times=ALWAYS)
    walk.cloud.faults.on_function("pay-out", Fault(error_type="Broken"), times=ALWAYS)

    loan.sign()
    walk.wait_for_state(loan, "Investigate payment")
    loan.decide_task(found, kind="payment_investigation")
    walk.wait_for_outcome(loan)

    assert loan.outcome == outcome
    walk.assert_books_balance()


def test_duplicate_deliveries_everywhere_pay_once(walk: LoanWalk) -> None:
    for queue in ("factory-intake-events", "operations-commands", "signing-commands"):
        walk.cloud.faults.duplicate_delivery(queue, times=10)
    before = len(walk.payments())

    loan = walk.ready_to_pay()
    loan.sign()

    assert loan.outcome == "disbursed"
    assert len(loan.execution_arns) == 1
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


def test_repeated_calls_of_an_impatient_customer_pay_once(walk: LoanWalk) -> None:
    before = len(walk.payments())
    loan = walk.ready_to_pay()

    loan.accept()
    loan.sign()
    with pytest.raises(Refused):
        loan.sign()

    assert loan.outcome == "disbursed"
    assert len(walk.payments()) == before + 1
