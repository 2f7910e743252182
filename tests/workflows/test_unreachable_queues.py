"""When a queue that a station sends to cannot be reached, the application fails by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.loan_walk import LoanWalk, walking

NOWHERE = "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/no-such-queue"


@pytest.fixture(scope="module")
def cut_off() -> Iterator[LoanWalk]:
    """A bank whose workflow reaches neither operations, nor signing, nor its dead letters."""
    with walking(
        {
            "OperationsQueueUrl": NOWHERE,
            "SigningQueueUrl": NOWHERE,
            "DeadLetterQueueUrl": NOWHERE,
        }
    ) as walk:
        yield walk


def test_no_approver_can_be_asked(cut_off: LoanWalk) -> None:
    cut_off.next_verdict("refer")

    loan = cut_off.bring_in()
    cut_off.wait_for_end(loan)

    assert loan.outcome == "failed"
    assert loan.states[-2:] == ["Keep the failure", "Application failed"]


def test_no_contract_can_be_prepared(cut_off: LoanWalk) -> None:
    cut_off.next_verdict("approve")
    loan = cut_off.bring_in()

    loan.accept()
    cut_off.wait_for_end(loan)

    assert loan.outcome == "failed"
    assert "Verify contract" not in loan.states
