"""Every station has a timeout; here each is four seconds, and the function takes longer."""

from __future__ import annotations

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import LoanWalk
from tests.workflows.conftest import TOO_LONG_SECONDS

STATIONS = (
    "check-intake",
    "collect-data",
    "risk-decide",
    "servicing-quote",
    "verify-contract",
    "occupy-limit",
    "reserve-disbursement",
    "post-disbursement",
    "activate-loan",
    "close-application",
)
QUICK = ("risk-decide", "close-application")
"""These take too long in the fast slice, all of them in the full run."""


@pytest.mark.parametrize(
    "function",
    [pytest.param(one, marks=[pytest.mark.full] * (one not in QUICK)) for one in STATIONS],
)
def test_a_station_that_takes_too_long_is_caught_like_any_failure(
    slow: LoanWalk, function: str
) -> None:
    if function != "risk-decide":
        slow.next_verdict("approve")
    slow.cloud.faults.on_function(function, Fault(delay_seconds=TOO_LONG_SECONDS), times=ALWAYS)

    loan = slow.bring_in()
    if loan.view["status"] == "offered":
        loan.accept()
        loan.sign()
    slow.wait_for_end(loan)

    assert [letter["application_id"] for letter in slow.dead_letters()] == [loan.application_id]
    slow.assert_books_balance()


def test_a_payment_that_takes_too_long_is_queried(slow: LoanWalk) -> None:
    slow.next_verdict("approve")
    slow.cloud.faults.on_function("pay-out", Fault(hang_seconds=TOO_LONG_SECONDS), times=1)
    before = len(slow.payments())
    loan = slow.bring_in()
    loan.accept()

    loan.sign()
    slow.wait_for_outcome(loan)

    assert loan.outcome == "disbursed"
    assert "Query payment" in loan.states
    assert len(slow.payments()) == before + 1


@pytest.mark.parametrize(
    "function", ["void-disbursement", pytest.param("release-limit", marks=pytest.mark.full)]
)
def test_a_compensation_that_takes_too_long_is_kept_for_an_operator(
    slow: LoanWalk, function: str
) -> None:
    slow.next_verdict("approve")
    slow.cloud.faults.on_function("reserve-disbursement", Fault(error_type="Broken"), times=1)
    slow.cloud.faults.on_function(function, Fault(delay_seconds=TOO_LONG_SECONDS), times=ALWAYS)
    loan = slow.bring_in()
    loan.accept()

    loan.sign()
    slow.wait_for_end(loan)

    assert loan.outcome == "failed"
    assert [letter["application_id"] for letter in slow.dead_letters()] == [loan.application_id]
