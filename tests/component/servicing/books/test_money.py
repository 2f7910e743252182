"""Money events over the API: entered once, shown in words, kept in balance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from servicing.api import app
from servicing.domain.invariants import check_invariants
from tests.support.api import a_principal, call
from tests.support.book_api import FINANCE, INSTALMENT_FEN, OPERATOR, OWNER, get, post, repay
from tests.support.servicing import TableWorld, a_disbursed_loan


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
    world: TableWorld, loan_id: str, next_day: Callable[[], None]
) -> None:
    path = "/loans/{loan_id}/"
    repay(loan_id, INSTALMENT_FEN + 500)
    next_day()
    bodies: dict[str, dict[str, Any]] = {
        "refunds": {"amount_fen": 500},
        "rate-resets": {"annual_rate_bps": 400, "basis": "LPR1Y 2020-03-20 4.05 % - 5bp"},
        "prepayments": {"amount_fen": 5_000_000, "strategy": "SHORTEN_TERM"},
    }
    for n, (kind, body) in enumerate(bodies.items()):
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
