"""Changes of loans that two people agree to: asked for by one, decided on by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicing.domain.invariants import check_invariants
from tests.support.api import a_principal
from tests.support.book_api import (
    CHECKER,
    FINANCE,
    MAKER,
    OPERATOR,
    OWNER,
    WAIVER,
    ask,
    decide,
    get,
    post,
    repay,
)
from tests.support.servicing import TableWorld


def test_a_waiver_is_booked_when_a_second_person_approves_it(
    world: TableWorld, loan_id: str
) -> None:
    asked = ask(loan_id)
    assert (asked.status, asked.body["state_name"]) == (201, "待复核")
    assert get("/loans/{loan_id}/events", MAKER, loan_id=loan_id).body["items"] == []

    approved = decide(loan_id, asked.body["request_id"], "approval")

    assert (approved.status, approved.body["state"]) == (200, "approved")
    assert approved.body["checker"] == "checker-1"
    (event,) = get("/loans/{loan_id}/events", CHECKER, loan_id=loan_id).body["items"]
    assert (event["event_id"], event["kind"]) == (approved.body["event_id"], "waiver")
    assert check_invariants(world.snapshot()) == ()


def test_an_approval_that_comes_twice_books_once(loan_id: str) -> None:
    request_id = ask(loan_id).body["request_id"]
    first = decide(loan_id, request_id, "approval")

    again = decide(loan_id, request_id, "approval")

    assert again.body == first.body
    assert len(get("/loans/{loan_id}/events", CHECKER, loan_id=loan_id).body["items"]) == 1


def test_the_maker_does_not_approve_his_own_request(loan_id: str) -> None:
    both = a_principal("risk_manager", subject="maker-1")
    request_id = ask(loan_id).body["request_id"]

    answer = decide(loan_id, request_id, "approval", both)

    assert (answer.status, answer.error["rule"]) == (403, "request.four_eyes")
    assert get("/loans/{loan_id}/events", MAKER, loan_id=loan_id).body["items"] == []


def test_an_approval_of_terms_that_have_changed_books_nothing(loan_id: str) -> None:
    request_id = ask(loan_id).body["request_id"]
    repay(loan_id, key="k-7")

    answer = decide(loan_id, request_id, "approval")

    assert (answer.status, answer.error["rule"]) == (409, "request.terms")
    assert len(get("/loans/{loan_id}/events", MAKER, loan_id=loan_id).body["items"]) == 1


def test_a_rejected_request_is_not_approved_any_more(loan_id: str) -> None:
    request_id = ask(loan_id).body["request_id"]

    rejected = decide(loan_id, request_id, "rejection")
    answer = decide(loan_id, request_id, "approval")

    assert (rejected.body["state_name"], rejected.body["reason"]) == ("已退回", "材料不全")
    assert (answer.status, answer.error["rule"]) == (409, "request.state")
    (listed,) = get("/loans/{loan_id}/change-requests", MAKER, loan_id=loan_id).body["items"]
    assert listed["state"] == "rejected"


def test_a_repeated_request_is_the_same_and_another_under_its_key_is_refused(
    loan_id: str,
) -> None:
    first, again = ask(loan_id), ask(loan_id)
    other = ask(loan_id, body={**WAIVER, "amount_fen": 101})

    assert again.body == first.body
    assert (other.status, other.error["rule"]) == (409, "request.payload")


def test_what_could_not_be_booked_is_not_even_asked_for(loan_id: str) -> None:
    answer = ask(loan_id, body={**WAIVER, "amount_fen": 10**12})

    assert (answer.status, answer.error["rule"]) == (422, "waiver.amount")


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("write-off", {"reason": "符合核销条件"}, "write_off"),
        ("misuse", {"amount_fen": 10_000_000, "reason": "购买理财"}, "misuse"),
        ("extensions", {"months": 6, "reason": "资金周转"}, "extension"),
        (
            "restructures",
            {
                "term_months": 24,
                "method": "EQUAL_INSTALLMENT",
                "annual_rate_bps": 435,
                "capitalise_interest": False,
                "reason": "经营困难",
            },
            "restructure",
        ),
    ],
)
def test_every_kind_that_needs_approval_is_booked_by_it(
    world: TableWorld, loan_id: str, path: str, body: dict[str, Any], kind: str
) -> None:
    asked = ask(loan_id, path, body)
    assert asked.status == 201, asked.body

    approved = decide(loan_id, asked.body["request_id"], "approval")

    assert approved.status == 200, approved.body
    (event,) = get("/loans/{loan_id}/events", CHECKER, loan_id=loan_id).body["items"]
    assert event["kind"] == kind
    assert check_invariants(world.snapshot()) == ()


def test_money_for_a_written_off_loan_is_a_recovery(world: TableWorld, loan_id: str) -> None:
    request_id = ask(loan_id, "write-off", {"reason": "符合核销条件"}).body["request_id"]
    decide(loan_id, request_id, "approval")

    answer = post(
        "/loans/{loan_id}/recoveries", {"amount_fen": 1_000}, OPERATOR, "k-5", loan_id=loan_id
    )

    assert answer.status == 201
    account = get("/loans/{loan_id}/account", FINANCE, loan_id=loan_id).body
    assert account["status_name"] == "核销"
    assert check_invariants(world.snapshot()) == ()


def test_a_renewal_is_booked_where_nothing_is_due(
    world: TableWorld, loan_id: str, next_day: Callable[[], None]
) -> None:
    repay(loan_id)
    next_day()
    body = {
        "term_months": 12,
        "method": "INTEREST_FIRST",
        "annual_rate_bps": 400,
        "decision_id": "dec-1",
    }

    asked = post("/loans/{loan_id}/renewals", body, MAKER, "k-8", loan_id=loan_id)
    approved = decide(loan_id, asked.body["request_id"], "approval")

    assert approved.status == 200, approved.body
    account = get("/loans/{loan_id}/account", OWNER, loan_id=loan_id).body
    assert len(account["coming"]) == 12
    assert check_invariants(world.snapshot()) == ()
