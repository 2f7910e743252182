"""What external data answers, late, or never: each product is a fact, and the loan goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.config import existing_modules
from infra.local.faults import ALWAYS, Fault
from infra.local.inprocess import InProcessCloud
from puhui.contracts.extdata import ExternalDataAnswer
from tests.support.loan_facts import Decided
from tests.support.loan_walk import LoanWalk, walking

FACTS = ("tax/1", "invoice/1", "judicial/1")
"""The invoices come with the application; the others have to be asked for."""
QUERY = "extdata-query"
SHA = "0" * 64


@pytest.fixture(scope="module")
def _asking() -> Iterator[LoanWalk]:
    quick = {"ExternalDataPollSeconds": "1", "MaxExternalDataPolls": "2"}
    with walking(
        quick,
        modules=existing_modules(),
        product={"required_facts": FACTS},
        definition=_impatient_queries,
    ) as walk:
        yield walk


def _impatient_queries(_: str, definition: dict[str, Any]) -> dict[str, Any]:
    if "Ask for external data" not in definition["States"]:
        return definition
    asking = definition["States"]["Ask for external data"]["ItemProcessor"]["States"]
    asking["Ask for a data product"]["TimeoutSeconds"] = 1
    return definition


@pytest.fixture
def asking(_asking: LoanWalk) -> Iterator[LoanWalk]:
    """A bank whose product needs two facts from outside."""
    _asking.cloud.faults.clear()
    yield _asking
    _asking.cloud.faults.clear()


def answers(
    cloud: InProcessCloud,
    product: str,
    status: str,
    state: str = "missing",
    *,
    reason: str | None = None,
    times: int = 1,
    seen: list[str] | None = None,
) -> None:
    """Let external data give this answer about a product; `seen` are the request ids."""
    fact: dict[str, Any] = {"product": product, "state": state}
    if state in ("ok", "stale"):
        fact |= {"bucket": "documents", "key": f"extdata/demo-bank/{product}", "sha256": SHA}
    answer = ExternalDataAnswer.model_validate(
        {"query_id": "qry-1", "status": status, "reason": reason, "fact": fact, "cost_fen": 80}
    )
    fault = Fault(answer=answer.model_dump(mode="json"))
    seen = [] if seen is None else seen
    cloud.faults.on_function(QUERY, fault, times=times, when=_of(product, seen))


def test_facts_keep_the_products_order_whatever_is_asked_for(asking: LoanWalk) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "hit", "ok")
    answers(asking.cloud, "tax/1", "hit", "stale")

    loan = asking.bring_in()

    assert decided.states == [("tax/1", "stale"), ("invoice/1", "ok"), ("judicial/1", "ok")]
    assert loan.states.count("Ask for a data product") == 2


def test_what_nobody_knows_is_missing_and_what_is_not_allowed_not_consented(
    asking: LoanWalk,
) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "tax/1", "miss", "missing")
    answers(asking.cloud, "judicial/1", "refused", "not_consented")

    asking.bring_in()

    assert decided.states[0] == ("tax/1", "missing")
    assert decided.states[2] == ("judicial/1", "not_consented")


def test_one_product_that_fails_is_a_vendor_error_and_the_others_go_on(asking: LoanWalk) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "hit", "ok")
    asking.cloud.faults.on_function(
        QUERY,
        Fault(error_type="SomethingBroke"),
        times=ALWAYS,
        when=lambda asked: asked["product"] == "tax/1",
    )

    loan = asking.bring_in()

    assert decided.states == [("tax/1", "vendor_error"), ("invoice/1", "ok"), ("judicial/1", "ok")]
    assert "Data product not had" in loan.states
    assert asking.dead_letters() == []


def test_a_throttled_query_is_repeated_under_the_same_request_id(asking: LoanWalk) -> None:
    asked: list[str] = []
    busy = Fault(error_type="Lambda.TooManyRequestsException")
    decided = Decided(asking)
    asking.cloud.faults.on_function(QUERY, busy, times=2, when=_of("tax/1", asked))
    answers(asking.cloud, "tax/1", "hit", "ok")
    answers(asking.cloud, "judicial/1", "hit", "ok")

    loan = asking.bring_in()

    assert decided.states[0] == ("tax/1", "ok")
    assert asked == [f"{loan.application_id}-1-tax-1-1"] * 2


def test_a_query_that_takes_too_long_is_a_vendor_error(asking: LoanWalk) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "hit", "ok")
    slow = Fault(delay_seconds=2.0)
    asking.cloud.faults.on_function(QUERY, slow, times=ALWAYS, when=_of("tax/1", []))
    asking.next_verdict("decline")

    loan = asking.bring_in()
    asking.wait_for_end(loan)

    assert decided.states == [("tax/1", "vendor_error"), ("invoice/1", "ok"), ("judicial/1", "ok")]


def test_a_pending_answer_is_asked_for_again_and_only_that_one(asking: LoanWalk) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "hit", "ok")
    answers(asking.cloud, "tax/1", "pending", "vendor_error")
    answers(asking.cloud, "tax/1", "hit", "ok")

    loan = asking.bring_in()
    asking.wait_for_state(loan, "Decide")

    assert decided.states == [("tax/1", "ok"), ("invoice/1", "ok"), ("judicial/1", "ok")]
    assert loan.states.count("Ask for a data product") == 3
    assert loan.states.count("Wait for external data") == 1


def test_a_pending_answer_is_asked_for_under_its_own_request_id(asking: LoanWalk) -> None:
    asked: list[str] = []
    answers(asking.cloud, "judicial/1", "miss")
    answers(asking.cloud, "tax/1", "pending", "vendor_error", seen=asked)
    answers(asking.cloud, "tax/1", "hit", "ok", seen=asked)

    loan = asking.bring_in()
    asking.wait_for_state(loan, "Decide")

    assert asked == [f"{loan.application_id}-1-tax-1-1"] * 2


@pytest.mark.parametrize("reason", ["limit.rate", "bulkhead.full", "breaker.open"])
def test_where_no_place_was_free_the_next_question_is_a_new_one(
    asking: LoanWalk, reason: str
) -> None:
    asked: list[str] = []
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "miss")
    answers(asking.cloud, "tax/1", "unavailable", "vendor_error", reason=reason, seen=asked)
    answers(asking.cloud, "tax/1", "hit", "ok", seen=asked)

    loan = asking.bring_in()
    asking.wait_for_state(loan, "Decide")

    assert decided.states[0] == ("tax/1", "ok")
    assert asked == [f"{loan.application_id}-1-tax-1-{number}" for number in (1, 2)]


def test_an_answer_that_stays_pending_is_a_vendor_error_in_the_end(asking: LoanWalk) -> None:
    decided = Decided(asking)
    answers(asking.cloud, "judicial/1", "hit", "ok")
    answers(asking.cloud, "tax/1", "pending", "vendor_error", times=ALWAYS)

    loan = asking.bring_in()
    asking.wait_for_state(loan, "Decide")

    assert decided.states == [("tax/1", "vendor_error"), ("invoice/1", "ok"), ("judicial/1", "ok")]
    assert loan.states.count("Wait for external data") == 2


def _of(product: str, seen: list[str]) -> Any:
    def is_it(asked: Any) -> bool:
        if asked["product"] != product:
            return False
        seen.append(asked["request_id"])
        return True

    return is_it
