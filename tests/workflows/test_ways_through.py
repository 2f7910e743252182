"""Every named way through the factory, with the real handlers and the real decision engine."""

from __future__ import annotations

from dataclasses import replace

from infra.local.faults import Fault
from tests.support.loan_walk import LoanWalk
from tests.support.walked_firms import firms
from tests.support.walked_loan import Loan


def test_straight_through_every_station_ends_in_one_booked_loan(walk: LoanWalk) -> None:
    walk.next_verdict("approve")
    loan = walk.bring_in()
    before = len(walk.payments())

    loan.accept()
    loan.sign()

    assert loan.outcome == "disbursed"
    assert len(walk.payments()) == before + 1
    assert loan.states == [
        "Check intake",
        "Intake accepted?",
        "Collect data",
        "Data complete?",
        "Decide",
        "Which verdict?",
        "Quote loan",
        "Offer loan",
        "Offer accepted?",
        "Sign contract",
        "Contract signed?",
        "Verify contract",
        "Occupy limit",
        "Reserve funds",
        "Pay out",
        "Paid?",
        "Post disbursement",
        "Activate loan",
        "Close application",
        "How did it end?",
        "Application closed",
    ]
    walk.assert_books_balance()


def test_the_real_engine_sends_real_firms_each_of_the_three_ways(walk: LoanWalk) -> None:
    """Among simulated firms of every persona each verdict occurs; the rare personas come first."""
    reached: dict[str, Loan] = {}
    one_of_each = {firm.persona: firm for firm in firms(60, 100)}
    for firm in reversed(one_of_each.values()):
        loan = walk.bring_in(firm)
        view = loan.view
        if view["status"] == "offered":
            reached.setdefault("approve", loan)
        elif view["outcome"] == "declined":
            reached.setdefault("decline", loan)
        else:
            reached.setdefault("refer", loan)
        if len(reached) == 3:
            break

    assert set(reached) == {"approve", "refer", "decline"}
    assert reached["decline"].view["reasons"]
    assert "Ask an approver" in reached["refer"].states


def test_a_referred_case_that_is_approved_goes_on_to_the_offer(walk: LoanWalk) -> None:
    walk.next_verdict("refer")
    loan = walk.bring_in()

    loan.decide_task("approved")
    loan.accept()
    loan.sign()

    assert loan.outcome == "disbursed"


def test_a_referred_case_that_is_rejected_is_rejected(walk: LoanWalk) -> None:
    walk.next_verdict("refer")
    loan = walk.bring_in()

    loan.decide_task("rejected")

    assert loan.outcome == "rejected"


def test_a_decline_reaches_the_customer_in_the_customers_words(walk: LoanWalk) -> None:
    walk.next_verdict("decline")

    loan = walk.bring_in()

    assert loan.outcome == "declined"
    assert loan.view["reasons"] == [{"code": "test", "text": "测试原因"}]


def test_an_unlicensed_region_is_declined_before_anything_is_decided(walk: LoanWalk) -> None:
    firm = walk.next_firm()
    outside = replace(
        firm, region_code="110105", party=firm.party.model_copy(update={"region_code": "110105"})
    )

    loan = walk.bring_in(outside)

    assert loan.outcome == "declined"
    assert "Decide" not in loan.states


def test_a_refused_offer_ends_as_refused(walk: LoanWalk) -> None:
    walk.next_verdict("approve")
    loan = walk.bring_in()

    loan.refuse()

    assert loan.outcome == "offer_refused"


def test_a_refused_contract_ends_as_refused_and_nothing_is_paid(walk: LoanWalk) -> None:
    walk.next_verdict("approve")
    loan = walk.bring_in()
    loan.accept()
    before = len(walk.payments())

    loan.refuse_to_sign()

    assert loan.outcome == "offer_refused"
    assert len(walk.payments()) == before


def test_withdrawing_an_offered_application_ends_it_at_once(walk: LoanWalk) -> None:
    walk.next_verdict("approve")
    loan = walk.bring_in()

    loan.withdraw()

    assert loan.outcome == "withdrawn"


def test_withdrawing_while_an_approver_decides_ends_it_after_the_decision(walk: LoanWalk) -> None:
    walk.next_verdict("refer")
    loan = walk.bring_in()
    loan.withdraw()

    loan.decide_task("approved")

    assert loan.outcome == "withdrawn"


def test_withdrawing_after_the_offer_is_accepted_stops_before_the_money(walk: LoanWalk) -> None:
    loan = walk.ready_to_pay()
    before = len(walk.payments())
    loan.withdraw()

    loan.sign()

    assert loan.outcome == "withdrawn"
    assert len(walk.payments()) == before


def test_a_limit_that_is_occupied_rejects_the_loan_before_the_money(walk: LoanWalk) -> None:
    loan = walk.ready_to_pay()
    walk.cloud.faults.on_function("occupy-limit", Fault(error_type="LimitExceeded"), times=1)

    loan.sign()

    assert loan.outcome == "rejected"
    assert "Reserve funds" not in loan.states
