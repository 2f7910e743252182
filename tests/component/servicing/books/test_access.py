"""Who sees a loan's books and who enters money: everybody else does not learn that it exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from puhui.identity import ROLES, Principal
from servicing.books_wiring import books_wiring
from tests.component.servicing.books.conftest import DUE_DAY
from tests.component.servicing.conftest import servicing_world
from tests.support.api import a_customer, a_principal
from tests.support.book_api import OWNER, get, post, repay
from tests.support.servicing import a_disbursed_loan

STRANGERS = {
    "another_customer": a_customer("cus-2"),
    "the_same_customer_id_at_another_bank": a_customer("cus-1", bank="south"),
    "another_branch": a_principal("collector", branch="b2"),
    "an_auditor_of_another_bank": a_principal("auditor", bank="south"),
}


@pytest.fixture(scope="module")
def paid_loan() -> Iterator[str]:
    """A loan with one repayment; nobody in this file changes it."""
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        servicing_world(monkeypatch, business_date=DUE_DAY) as world,
    ):
        books_wiring.cache_clear()
        loan_id = a_disbursed_loan(world).loan_id
        repay(loan_id)
        yield loan_id
        books_wiring.cache_clear()


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize("what", ["account", "events", "payoff"])
def test_a_stranger_does_not_even_learn_that_the_loan_exists(
    paid_loan: str, what: str, stranger: Principal
) -> None:
    known = get(f"/loans/{{loan_id}}/{what}", stranger, loan_id=paid_loan)
    unknown = get(f"/loans/{{loan_id}}/{what}", stranger, loan_id="loan-unknown")

    assert known.status == unknown.status == 404
    assert "cus-1" not in str(known.body)


def test_a_customer_sees_the_log_without_the_banks_own_business(paid_loan: str) -> None:
    (event,) = get("/loans/{loan_id}/events", OWNER, loan_id=paid_loan).body["items"]

    assert (event["posting_id"], event["entered_by"]) == (None, None)
    assert event["kind_name"] == "还款"


@pytest.mark.parametrize("role", sorted(ROLES - {"operator", "finance"}))
def test_money_is_entered_by_operators_and_finance_alone(paid_loan: str, role: str) -> None:
    principal = a_customer("cus-1") if role == "customer" else a_principal(role, branch="b1")

    answer = post("/loans/{loan_id}/repayments", {"amount_fen": 1}, principal, loan_id=paid_loan)

    assert answer.status == 403
