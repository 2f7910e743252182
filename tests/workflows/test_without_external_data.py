"""A bank without external data decides on what came with the application; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.loan_facts import Decided
from tests.support.loan_walk import WITHOUT_EXTERNAL_DATA, LoanWalk, walking

FACTS = ("tax/1", "invoice/1")


@pytest.fixture(scope="module")
def alone() -> Iterator[LoanWalk]:
    """Everything as it is synthesised without `extdata`."""
    with walking(modules=WITHOUT_EXTERNAL_DATA, product={"required_facts": FACTS}) as walk:
        yield walk


def test_what_did_not_come_with_the_application_is_missing(alone: LoanWalk) -> None:
    decided = Decided(alone)

    loan = alone.bring_in()

    assert decided.states == [("tax/1", "missing"), ("invoice/1", "ok")]
    assert "Ask for external data" not in loan.states
    assert loan.states.count("Data complete?") == 1


def test_consents_are_given_and_withdrawn_in_intake_alone(alone: LoanWalk) -> None:
    loan = alone.submit(alone.next_firm())
    consents = alone.call("GET", f"/intake/customers/{loan.customer_id}/consents", loan.token)
    path = f"/intake/consents/{consents['items'][0]['consent_id']}/withdrawal"

    withdrawn = alone.call("POST", path, loan.token)

    assert withdrawn["status"] == "withdrawn"
