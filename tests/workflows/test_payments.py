"""The payment: lost answers, lost orders, rejections, and an outcome that stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import Loan, LoanWalk


def ready_to_pay(walk: LoanWalk, *, account_ending: str = "") -> Loan:
    """A loan that waits for nothing but its signature."""
    walk.next_verdict("approve")
    firm = walk.next_firm()
    if account_ending:
        account = firm.party.payout_account[: -len(account_ending)] + account_ending
        firm = replace(firm, party=firm.party.model_copy(update={"payout_account": account}))
    loan = walk.bring_in(firm)
    loan.accept()
    return loan


@pytest.mark.parametrize(
    "fault",
    [
        {"lose_answer": True, "times": 1},
        {"error": 500, "times": 1},
        {"error": 503, "times": 2},
        {"lose_answer": True, "delay_ms": 50, "times": 1},
    ],
    ids=["answer lost", "error once", "unavailable twice", "answer late and lost"],
)
def test_a_doubtful_payment_is_queried_and_paid_once(
    walk: LoanWalk, fault: dict[str, object]
) -> None:
    loan = ready_to_pay(walk)
    before = len(walk.payments())
    walk.plan_rail_fault(**fault)

    loan.sign()
    walk.wait_for_outcome(loan)

    assert loan.outcome == "disbursed"
    assert "Query payment" in loan.states
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


def test_a_rejected_payment_gives_limit_and_reservation_back(walk: LoanWalk) -> None:
    loan = ready_to_pay(walk, account_ending="4040")

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
    loan = ready_to_pay(walk)
    walk.cloud.faults.on_function("query-payment", Fault(error_type="Broken"), times=ALWAYS)
    walk.cloud.faults.on_function("pay-out", Fault(error_type="Broken"), times=ALWAYS)

    loan.sign()
    walk.wait_for_state(loan, "Investigate payment")
    loan.decide_task(found, kind="payment_investigation")
    walk.wait_for_outcome(loan)

    assert loan.outcome == outcome
    walk.assert_books_balance()


def test_an_investigation_nobody_does_fails_and_keeps_the_reservation(
    impatient: LoanWalk,
) -> None:
    impatient.cloud.faults.on_function("query-payment", Fault(error_type="Broken"), times=ALWAYS)
    impatient.cloud.faults.on_function("pay-out", Fault(error_type="Broken"), times=ALWAYS)
    loan = ready_to_pay(impatient)

    loan.sign()
    impatient.wait_for_outcome(loan)

    assert loan.outcome == "failed"
    assert "Void reservation" not in loan.states


def test_duplicate_deliveries_everywhere_pay_once(walk: LoanWalk) -> None:
    for queue in ("factory-intake-events", "operations-commands", "signing-commands"):
        walk.cloud.faults.duplicate_delivery(queue, times=10)
    before = len(walk.payments())

    loan = ready_to_pay(walk)
    loan.sign()

    assert loan.outcome == "disbursed"
    assert len(loan.execution_arns) == 1
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


def test_repeated_calls_of_an_impatient_customer_pay_once(walk: LoanWalk) -> None:
    before = len(walk.payments())
    loan = ready_to_pay(walk)

    loan.accept()
    loan.sign()
    loan.sign()

    assert loan.outcome == "disbursed"
    assert len(walk.payments()) == before + 1
