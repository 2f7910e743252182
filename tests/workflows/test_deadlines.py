"""Every human wait has a deadline and a named outcome; here deadlines are seconds."""

from __future__ import annotations

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import LoanWalk


@pytest.mark.parametrize(
    ("verdict", "step"), [("refer", "approval"), ("approve", "offer"), ("approve", "signing")]
)
def test_a_deadline_that_passes_ends_the_application_as_expired(
    impatient: LoanWalk, verdict: str, step: str
) -> None:
    impatient.next_verdict(verdict)
    loan = impatient.bring_in()
    if step == "signing":
        loan.accept()

    impatient.wait_for_outcome(loan)

    assert loan.outcome == "expired"


def test_an_investigation_nobody_does_fails_and_keeps_the_reservation(
    impatient: LoanWalk,
) -> None:
    impatient.cloud.faults.on_function("query-payment", Fault(error_type="Broken"), times=ALWAYS)
    impatient.cloud.faults.on_function("pay-out", Fault(error_type="Broken"), times=ALWAYS)
    loan = impatient.ready_to_pay()

    loan.sign()
    impatient.wait_for_outcome(loan)

    assert loan.outcome == "failed"
    assert "Void reservation" not in loan.states
