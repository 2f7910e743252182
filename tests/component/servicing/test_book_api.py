"""The API of loan books over its own wiring: who may do what, and what it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from puhui.identity import ROLES, Principal
from servicing.api import app
from servicing.books_wiring import books_wiring
from servicing.domain.invariants import check_invariants
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.servicing import TableWorld, a_disbursed_loan

OPERATOR = a_principal("operator")
FINANCE = a_principal("finance")
MAKER = a_principal("collector", branch="b1", subject="maker-1")
CHECKER = a_principal("approver", subject="checker-1")
OWNER = a_customer("cus-1")
INSTALMENT_FEN = 25_592_97
STRANGERS = {
    "another_customer": a_customer("cus-2"),
    "the_same_customer_id_at_another_bank": a_customer("cus-1", bank="south"),
    "another_branch": a_principal("collector", branch="b2"),
    "an_auditor_of_another_bank": a_principal("auditor", bank="south"),
}


@pytest.fixture(autouse=True)
def _fresh_wiring(monkeypatch: pytest.MonkeyPatch, world: TableWorld) -> Iterator[None]:
    """The accounting day is that of the first instalment."""
    monkeypatch.setenv("BUSINESS_DATE", "2020-04-01")
    books_wiring.cache_clear()
    yield
    books_wiring.cache_clear()


@pytest.fixture
def loan_id(world: TableWorld) -> str:
    """A loan of cus-1 at branch b1 of north: 300,000 yuan since 2020-03-01."""
    return a_disbursed_loan(world).loan_id


def next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The accounting day moves on."""
    monkeypatch.setenv("BUSINESS_DATE", "2020-04-02")
    books_wiring.cache_clear()


def post(
    path: str, body: dict[str, Any] | None, principal: Principal, key: str = "k-1", **values: str
) -> Answer:
    """Ask for something to happen."""
    headers = {"Idempotency-Key": key}
    return call(app, "POST", path, principal=principal, body=body, values=values, headers=headers)


def get(path: str, principal: Principal, query: Any = None, **values: str) -> Answer:
    """Read something."""
    return call(app, "GET", path, principal=principal, values=values, query=query)


def repay(loan_id: str, fen: int = INSTALMENT_FEN, key: str = "k-1", **body: Any) -> Answer:
    """An operator enters a repayment."""
    return post(
        "/loans/{loan_id}/repayments", {"amount_fen": fen, **body}, OPERATOR, key, loan_id=loan_id
    )


# --- money events ---------------------------------------------------------------------------


def test_a_repayment_is_entered_and_shown(world: TableWorld, loan_id: str) -> None:
    answer = repay(loan_id, rail_reference="ref-9")

    assert answer.status == 201
    assert answer.body["kind_name"] == "还款"
    assert answer.body["details"] == {"amount": INSTALMENT_FEN, "rail_reference": "ref-9"}
    assert answer.body["value_date"] == "2020-04-01"
    account = get("/loans/{loan_id}/account", OWNER, loan_id=loan_id).body
    assert account["in_words"] == "剩余本金275,494.53元。下次还款日2020年5月1日，应还25,592.97元。"
    assert account["due"][0]["settled_on"] == "2020-04-01"
    assert account["balances"] == []
    assert check_invariants(world.snapshot()) == ()


def test_a_repetition_is_answered_the_same(world: TableWorld, loan_id: str) -> None:
    first, again = repay(loan_id), repay(loan_id)

    assert (again.status, again.body) == (first.status, first.body)
    assert len(world.loan_books.get(world.loans.get("north", loan_id).bank_id, loan_id).events) == 1  # type: ignore[arg-type]


def test_the_same_key_for_another_amount_or_loan_is_a_conflict_that_shows_nothing(
    world: TableWorld, loan_id: str
) -> None:
    repay(loan_id)
    other = a_disbursed_loan(
        world, application_id="app-2", disbursement_id="dsb-2", customer_id="cus-2"
    )

    for answer in (repay(loan_id, 1), repay(other.loan_id)):
        assert (answer.status, answer.error["rule"]) == (409, "event.payload")
        assert loan_id not in str(answer.body)
        assert str(INSTALMENT_FEN) not in str(answer.body)


def test_two_banks_may_use_the_same_key(world: TableWorld, loan_id: str) -> None:
    other = a_disbursed_loan(
        world, bank_id="south", application_id="app-9", disbursement_id="dsb-9"
    )
    repay(loan_id)

    answer = post(
        "/loans/{loan_id}/repayments",
        {"amount_fen": INSTALMENT_FEN},
        a_principal("operator", bank="south"),
        loan_id=other.loan_id,
    )

    assert answer.status == 201


def test_without_a_key_nothing_is_entered(loan_id: str) -> None:
    answer = call(
        app,
        "POST",
        "/loans/{loan_id}/repayments",
        principal=OPERATOR,
        body={"amount_fen": 1},
        values={"loan_id": loan_id},
    )

    assert (answer.status, answer.error["field"]) == (400, "Idempotency-Key")


def test_a_loan_is_settled_with_exactly_what_the_trial_says(
    world: TableWorld, loan_id: str
) -> None:
    trial = get("/loans/{loan_id}/payoff", OWNER, loan_id=loan_id).body
    parts = ("principal_fen", "interest_fen", "late_fen", "fee_fen")
    assert trial["total_fen"] == sum(trial[part] for part in parts) == 30_108_750

    less = {"amount_fen": trial["total_fen"] - 1}
    refused = post("/loans/{loan_id}/payoff", less, OPERATOR, loan_id=loan_id)
    paid = {"amount_fen": trial["total_fen"]}
    settled = post("/loans/{loan_id}/payoff", paid, OPERATOR, key="k-2", loan_id=loan_id)

    assert (refused.status, refused.error["rule"]) == (422, "payoff.amount")
    assert settled.status == 201
    account = get("/loans/{loan_id}/account", OWNER, loan_id=loan_id).body
    assert (account["status"], account["in_words"]) == ("settled", "贷款已结清。")
    assert world.snapshot().book["130301"].posted.is_zero


def test_the_trial_of_a_day_to_come_counts_interest_to_it(loan_id: str) -> None:
    today = get("/loans/{loan_id}/payoff", OWNER, loan_id=loan_id).body
    later = get("/loans/{loan_id}/payoff", OWNER, {"on": ["2020-04-11"]}, loan_id=loan_id).body
    past = get("/loans/{loan_id}/payoff", OWNER, {"on": ["2020-02-28"]}, loan_id=loan_id)

    assert later["total_fen"] > today["total_fen"]
    assert (past.status, past.error["rule"]) == (422, "payoff.day_past")


def test_prepayment_rate_reset_and_refund_are_entered(
    world: TableWorld, loan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/loans/{loan_id}/"
    repay(loan_id, INSTALMENT_FEN + 500)
    next_day(monkeypatch)
    for n, (kind, body) in enumerate(
        [
            ("refunds", {"amount_fen": 500}),
            ("rate-resets", {"annual_rate_bps": 400, "basis": "LPR1Y 2020-03-20 4.05 % - 5bp"}),
            ("prepayments", {"amount_fen": 5_000_000, "strategy": "SHORTEN_TERM"}),
        ]
    ):
        answer = post(path + kind, body, FINANCE, f"k-{n + 7}", loan_id=loan_id)
        assert answer.status == 201, answer.body

    account = get("/loans/{loan_id}/account", FINANCE, loan_id=loan_id).body
    assert (account["annual_rate_bps"], account["held_fen"]) == (400, 0)
    interest_to_the_day = 33_29  # 275,494.53 yuan for a day at 4.35 %
    assert account["principal_fen"] == 275_494_53 - (50_000_00 - interest_to_the_day)
    assert check_invariants(world.snapshot()) == ()


def test_an_event_is_reversed_once_by_finance(world: TableWorld, loan_id: str) -> None:
    event = repay(loan_id).body["event_id"]
    path = "/loans/{loan_id}/events/{event_id}/reversal"
    values = {"loan_id": loan_id, "event_id": event}

    refused = post(path, {"reason": "来款有误"}, OPERATOR, "k-2", **values)
    reversed_ = post(path, {"reason": "来款有误"}, FINANCE, "k-2", **values)
    again = post(path, {"reason": "来款有误"}, FINANCE, "k-3", **values)

    assert (refused.status, reversed_.status, again.status) == (403, 201, 422)
    log = get("/loans/{loan_id}/events", FINANCE, loan_id=loan_id).body["items"]
    assert [(one["kind"], one["reversed_by"]) for one in log] == [
        ("repayment", reversed_.body["event_id"]),
        ("reversal", None),
    ]
    assert check_invariants(world.snapshot()) == ()


def test_a_posting_is_shown_to_bookkeepers_with_its_entries(loan_id: str) -> None:
    posting = repay(loan_id).body["posting_id"]

    shown = get("/ledger/postings/{posting_id}", FINANCE, posting_id=posting)
    hidden = get("/ledger/postings/{posting_id}", OPERATOR, posting_id=posting)
    foreign = get(
        "/ledger/postings/{posting_id}", a_principal("finance", bank="south"), posting_id=posting
    )

    entries = {one["account_code"]: one["amount_fen"] for one in shown.body["entries"]}
    assert shown.body["step_name"] == "记账"
    assert entries["300101"] == INSTALMENT_FEN
    assert entries["130301"] == 24_505_47
    assert (hidden.status, foreign.status) == (403, 404)


# --- who sees and does what -----------------------------------------------------------------


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize("what", ["account", "events", "payoff"])
def test_a_stranger_does_not_even_learn_that_the_loan_exists(
    loan_id: str, what: str, stranger: Principal
) -> None:
    known = get(f"/loans/{{loan_id}}/{what}", stranger, loan_id=loan_id)
    unknown = get(f"/loans/{{loan_id}}/{what}", stranger, loan_id="loan-unknown")

    assert known.status == unknown.status == 404
    assert "cus-1" not in str(known.body)


def test_a_customer_sees_the_log_without_the_banks_own_business(loan_id: str) -> None:
    repay(loan_id)

    (event,) = get("/loans/{loan_id}/events", OWNER, loan_id=loan_id).body["items"]

    assert (event["posting_id"], event["entered_by"]) == (None, None)
    assert event["kind_name"] == "还款"


@pytest.mark.parametrize("role", sorted(ROLES - {"operator", "finance"}))
def test_money_is_entered_by_operators_and_finance_alone(loan_id: str, role: str) -> None:
    principal = a_customer("cus-1") if role == "customer" else a_principal(role, branch="b1")

    answer = post("/loans/{loan_id}/repayments", {"amount_fen": 1}, principal, loan_id=loan_id)

    assert answer.status == 403


# --- changes that two people agree to -------------------------------------------------------

WAIVER = {"component": "interest", "amount_fen": 100, "reason": "困难减免"}


def ask(loan_id: str, path: str = "waivers", body: dict[str, Any] | None = None) -> Answer:
    """The maker asks for a change."""
    return post(f"/loans/{{loan_id}}/{path}", body or WAIVER, MAKER, loan_id=loan_id)


def decide(loan_id: str, request_id: str, how: str, who: Principal = CHECKER) -> Answer:
    """Somebody decides on a request."""
    body = {"reason": "材料不全"} if how == "rejection" else {}
    return call(
        app,
        "POST",
        f"/loans/{{loan_id}}/change-requests/{{request_id}}/{how}",
        principal=who,
        body=body,
        values={"loan_id": loan_id, "request_id": request_id},
    )


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
    world: TableWorld, loan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repay(loan_id)
    next_day(monkeypatch)
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
