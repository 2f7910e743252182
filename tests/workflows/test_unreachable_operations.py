"""A payment that stays unknown while operations cannot be reached keeps its reservation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.faults import ALWAYS, Fault
from tests.support.loan_walk import LoanWalk, walking
from tests.workflows.conftest import QUICK_QUERIES
from tests.workflows.test_unreachable_queues import NOWHERE


@pytest.fixture(scope="module")
def without_operations() -> Iterator[LoanWalk]:
    """A bank whose workflow cannot send tasks to operations."""
    with walking({**QUICK_QUERIES, "OperationsQueueUrl": NOWHERE}) as walk:
        yield walk


def test_nobody_can_be_asked_to_investigate(without_operations: LoanWalk) -> None:
    walk = without_operations
    for function in ("pay-out", "query-payment"):
        walk.cloud.faults.on_function(function, Fault(error_type="Broken"), times=ALWAYS)
    loan = walk.ready_to_pay()

    loan.sign()
    walk.wait_for_end(loan)

    assert loan.outcome == "failed"
    assert "Void reservation" not in loan.states
