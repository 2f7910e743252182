"""Whatever station fails, the application has a named outcome and the books balance."""

from __future__ import annotations

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import LoanWalk
from tests.support.walked_loan import Loan

BROKEN = Fault(error_type="SomethingBroke")
BEFORE_THE_OFFER = ("check-intake", "collect-data", "risk-decide", "servicing-quote", "make-offer")
BEFORE_THE_MONEY = ("verify-contract", "occupy-limit", "reserve-disbursement")
AFTER_THE_MONEY = ("post-disbursement", "activate-loan")
FROM_THE_CONTRACT_ON = (*BEFORE_THE_MONEY, "pay-out", *AFTER_THE_MONEY)
TROUBLES = {
    "killed after its effect": Fault(kill_worker=True),
    "unavailable once": Fault(error_type="UpstreamUnavailable"),
    "answer lost once": Fault(error_type="UpstreamUnavailable", lose_answer=True),
}
QUICK = dict(zip(("verify-contract", "pay-out", "activate-loan"), TROUBLES, strict=True))
"""The fast slice gives each trouble to one station; every other pair is in the full run."""
QUICKLY_BROKEN = ("risk-decide", "occupy-limit")
"""One station before the offer and one after it fail in the fast slice, all in the full run."""


def go_all_the_way(walk: LoanWalk) -> Loan:
    """Accept and sign as far as there is something to accept and to sign."""
    loan = walk.bring_in()
    if loan.view["status"] == "offered":
        loan.accept()
        loan.sign()
    return loan


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(one, marks=[pytest.mark.full] * (one not in QUICKLY_BROKEN))
        for one in (*BEFORE_THE_OFFER, *BEFORE_THE_MONEY)
    ],
)
def test_a_station_that_fails_before_the_payment_closes_as_failed_and_pays_nothing(
    walk: LoanWalk, function: str
) -> None:
    walk.cloud.faults.on_function(function, BROKEN, times=ALWAYS)
    if function != "risk-decide":
        walk.next_verdict("approve")
    before = len(walk.payments())

    loan = go_all_the_way(walk)

    assert loan.outcome == "failed"
    assert len(walk.payments()) == before
    assert [letter["application_id"] for letter in walk.dead_letters()] == [loan.application_id]
    walk.assert_books_balance()


@pytest.mark.parametrize(
    "function",
    [
        "verify-contract",
        pytest.param("occupy-limit", marks=pytest.mark.full),
        pytest.param("reserve-disbursement", marks=pytest.mark.full),
        "post-disbursement",
        pytest.param("activate-loan", marks=pytest.mark.full),
    ],
)
def test_a_failed_application_that_is_resumed_is_paid_exactly_once(
    walk: LoanWalk, function: str
) -> None:
    walk.cloud.faults.on_function(function, BROKEN, times=1)
    walk.next_verdict("approve")
    walk.next_verdict("approve")
    before = len(walk.payments())
    loan = go_all_the_way(walk)
    assert loan.outcome == "failed"

    walk.redrive()
    if loan.view["status"] == "offered":
        loan.accept()
        loan.sign()

    assert loan.outcome == "disbursed"
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


@pytest.mark.parametrize(
    ("function", "trouble"),
    [
        pytest.param(function, trouble, marks=[pytest.mark.full] * (QUICK.get(function) != trouble))
        for function in (*BEFORE_THE_OFFER, *FROM_THE_CONTRACT_ON, "close-application")
        for trouble in TROUBLES
    ],
)
def test_a_passing_trouble_changes_nothing(walk: LoanWalk, function: str, trouble: str) -> None:
    if function != "risk-decide":
        walk.next_verdict("approve")
    walk.cloud.faults.on_function(function, TROUBLES[trouble], times=1)
    before = len(walk.payments())
    if function == "risk-decide":
        loan = walk.bring_in(walk.approvable_firm())
        loan.accept()
        loan.sign()
    else:
        loan = go_all_the_way(walk)
    walk.wait_for_outcome(loan)

    assert loan.outcome == "disbursed"
    assert len(walk.payments()) == before + 1
    walk.assert_books_balance()


def test_when_closing_itself_fails_the_dead_letter_still_names_the_application(
    walk: LoanWalk,
) -> None:
    walk.next_verdict("decline")
    walk.cloud.faults.on_function("close-application", BROKEN, times=1)

    loan = walk.bring_in()

    assert [letter["application_id"] for letter in walk.dead_letters()] == [loan.application_id]


@pytest.mark.parametrize(
    "function", [pytest.param("void-disbursement", marks=pytest.mark.full), "release-limit"]
)
def test_a_compensation_that_fails_is_kept_for_an_operator(walk: LoanWalk, function: str) -> None:
    walk.next_verdict("approve")
    walk.cloud.faults.on_function("reserve-disbursement", BROKEN, times=1)
    walk.cloud.faults.on_function(function, BROKEN, times=ALWAYS)

    loan = go_all_the_way(walk)

    assert loan.outcome == "failed"
    assert [letter["application_id"] for letter in walk.dead_letters()] == [loan.application_id]
