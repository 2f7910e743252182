"""A bank without the signing platform confirms paper contracts in the back office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.loan_walk import LoanWalk, walking


@pytest.fixture(scope="module")
def on_paper() -> Iterator[LoanWalk]:
    """The same workflow as it is synthesised without `signing`."""
    with walking({"SigningPresent": "no"}) as walk:
        yield walk


@pytest.mark.parametrize(
    ("found", "outcome"), [("approved", "disbursed"), ("rejected", "offer_refused")]
)
def test_a_person_confirms_the_paper_contract(on_paper: LoanWalk, found: str, outcome: str) -> None:
    on_paper.next_verdict("approve")
    loan = on_paper.bring_in()
    loan.accept()

    loan.decide_task(found, kind="paper_contract")
    on_paper.wait_for_outcome(loan)

    assert loan.outcome == outcome
    assert "Sign contract" not in loan.states
