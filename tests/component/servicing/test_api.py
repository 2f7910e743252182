"""Servicing's API over its own wiring: who sees what, and what it looks like."""

from __future__ import annotations

import re
from typing import Any

import pytest

from puhui.identity import ROLES, Principal
from servicing.api import app, routes
from servicing.domain.disbursement import transfer_id_of
from servicing.domain.loan import loan_id_of
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.servicing import TableWorld, a_reservation, a_resolution, an_activation

WARNING = {"warning_id": "warning-1"}
LOAN = {"loan_id": loan_id_of("dsb-app-1-1")}
TRANSFER = {"transfer_id": transfer_id_of("dsb-app-1-1")}
OWNER = a_customer("cus-1")
STRANGERS = {
    "another_customer": a_customer("cus-2"),
    "the_same_customer_id_at_another_bank": a_customer("cus-1", bank="south"),
    "another_branch": a_principal("relationship_manager", branch="b2"),
    "an_auditor_of_another_bank": a_principal("auditor", bank="south"),
}
BOOKKEEPERS = {"finance", "auditor", "admin"}


@pytest.fixture(autouse=True)
def _a_loan(world: TableWorld) -> None:
    """One loan of cus-1 at branch b1 of north."""
    ReserveDisbursement(world.ledger, world.clock)(a_reservation())
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    ActivateLoan(world.ledger, world.loans)(an_activation())


def get(resource: str, principal: Principal, **options: Any) -> Answer:
    """Read something."""
    return call(app, "GET", resource, principal=principal, **options)


# --- loans ----------------------------------------------------------------------------------


def test_the_borrower_reads_the_loan_without_the_banks_own_checks() -> None:
    answer = get("/loans/{loan_id}", OWNER, values=LOAN)

    assert answer.status == 200
    assert answer.body["principal_fen"] == 30_000_000
    assert answer.body["method_name"] == "等额本息"
    assert answer.body["status_name"] == "正常"
    assert answer.body["first_due_date"] == "2020-04-01"
    assert answer.body["checks"] == []


def test_staff_of_the_branch_read_the_loan_with_its_checks() -> None:
    answer = get("/loans/{loan_id}", a_principal("relationship_manager", branch="b1"), values=LOAN)

    assert answer.body["checks"][0] == {
        "kind": "first",
        "name": "首次跟踪检查",
        "due_on": "2020-03-16",
    }


def test_the_plan_is_that_of_the_worked_example() -> None:
    plan = get("/loans/{loan_id}/schedule", OWNER, values=LOAN).body

    assert plan["total_interest_fen"] == 711_564
    assert [line["total_fen"] for line in plan["instalments"]] == [2_559_297] * 12
    assert plan["instalments"][-1]["balance_fen"] == 0


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize("resource", ["/loans/{loan_id}", "/loans/{loan_id}/schedule"])
def test_a_stranger_does_not_even_learn_that_the_loan_exists(
    resource: str, stranger: Principal
) -> None:
    known = get(resource, stranger, values=LOAN)
    unknown = get(resource, stranger, values={"loan_id": "loan-unknown"})

    assert known.status == unknown.status == 404
    assert known.error["code"] == "not_found"
    assert "cus-1" not in str(known.body)


def test_an_applications_loans_are_listed_for_those_who_may_see_them() -> None:
    query = {"application_id": ["app-1"]}

    mine = get("/loans", OWNER, query=query).body["items"]

    assert [loan["loan_id"] for loan in mine] == [LOAN["loan_id"]]


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_lists_no_loans(stranger: Principal) -> None:
    answer = get("/loans", stranger, query={"application_id": ["app-1"]})

    assert (answer.status, answer.body) == (200, {"items": []})


def test_a_list_names_its_application() -> None:
    answer = get("/loans", OWNER)

    assert answer.status == 422
    assert answer.error["field"] == "query.application_id"


# --- quotes ---------------------------------------------------------------------------------


def test_a_quote_shows_the_plan_and_the_all_in_cost() -> None:
    body = {
        "principal_fen": 30_000_000,
        "annual_rate_bps": 435,
        "term_months": 12,
        "method": "INTEREST_FIRST",
    }

    quote = call(app, "POST", "/quotes", body=body, principal=OWNER).body

    assert (quote["apr_pct"], quote["total_interest_fen"]) == ("4.3500", 1_305_000)
    assert quote["disbursement_date"] == "2020-03-01"


def test_a_quote_for_a_loan_that_never_ends_is_refused() -> None:
    body = {
        "principal_fen": 100,
        "annual_rate_bps": 435,
        "term_months": 12,
        "method": "INTEREST_FIRST",
        "disbursement_date": "9999-12-31",
    }

    answer = call(app, "POST", "/quotes", body=body, principal=OWNER)

    assert (answer.status, answer.error["field"]) == (422, "disbursement_date")


def test_a_quote_too_large_for_an_amount_is_refused() -> None:
    body = {
        "principal_fen": 10**13,
        "annual_rate_bps": 435,
        "term_months": 12,
        "method": "INTEREST_FIRST",
    }

    answer = call(app, "POST", "/quotes", body=body, principal=OWNER)

    assert (answer.status, answer.error["rule"]) == (422, "amount.max")


# --- schedules ------------------------------------------------------------------------------

SCHEDULE = {
    "principal": "300000",
    "annual_rate_pct": 4.35,
    "disbursement_date": "2020-03-01",
    "n": 12,
    "method": "EQUAL_INSTALLMENT",
}


def test_a_schedule_has_rows_totals_and_the_all_in_cost() -> None:
    answer = call(app, "POST", "/schedules", body=SCHEDULE, principal=OWNER).body

    assert (len(answer["rows"]), answer["rows"][0]["total"]) == (12, "25592.97")
    assert answer["totals"]["interest"] == "7115.64"
    assert (answer["apr_pct"], answer["payoff"]) == ("4.3500", None)


def test_a_schedule_follows_its_events() -> None:
    events = [{"date": "2020-06-16", "type": "PAYOFF", "interest": "TO_DATE"}]

    answer = call(app, "POST", "/schedules", body={**SCHEDULE, "events": events}, principal=OWNER)

    assert answer.body["payoff"]["date"] == "2020-06-16"
    assert answer.body["rows"][-1]["balance"] == "0.00"


def test_a_schedule_that_cannot_be_drawn_names_the_event() -> None:
    events = [{"date": "2020-06-16", "type": "REPAYMENT"}]

    answer = call(app, "POST", "/schedules", body={**SCHEDULE, "events": events}, principal=OWNER)

    assert (answer.status, answer.error["field"]) == (422, "events.0.amount")


# --- books ----------------------------------------------------------------------------------


def test_the_trial_balance_has_no_difference() -> None:
    sheet = get("/ledger/trial-balance", a_principal("finance")).body

    totals = (sheet["total_debit_fen"], sheet["total_credit_fen"], sheet["difference_fen"])
    assert totals == (30_000_000, 30_000_000, 0)
    lines = {line["code"]: line for line in sheet["accounts"]}
    assert lines["130301"]["name"] == "贷款—本金"
    assert lines["300101"]["credit_fen"] == 30_000_000


def test_another_banks_books_are_its_own() -> None:
    sheet = get("/ledger/trial-balance", a_principal("finance", bank="south")).body

    assert sheet["total_debit_fen"] == 0


def test_a_transfer_is_shown_with_its_entries_and_nothing_wrong() -> None:
    transfer = get("/ledger/transfers/{transfer_id}", a_principal("auditor"), values=TRANSFER).body

    assert (transfer["state"], transfer["state_name"]) == ("posted", "已入账")
    assert transfer["bank_reference"] == "ref-1"
    assert [voucher["step_name"] for voucher in transfer["vouchers"]] == ["预留", "入账"]
    assert transfer["vouchers"][1]["entries"][-1] == {
        "account_code": "300101",
        "account_name": "清算资金往来—核心支付通道",
        "holder": None,
        "layer": "posted",
        "side": "credit",
        "amount_fen": 30_000_000,
    }
    assert transfer["violations"] == []


def test_another_banks_transfer_is_not_found() -> None:
    finance = a_principal("finance", bank="south")

    answer = get("/ledger/transfers/{transfer_id}", finance, values=TRANSFER)

    assert answer.status == 404


# --- every route and every role -------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ROLES - BOOKKEEPERS))
@pytest.mark.parametrize("resource", ["/ledger/trial-balance", "/ledger/transfers/{transfer_id}"])
def test_the_books_are_for_bookkeepers_only(resource: str, role: str) -> None:
    who = a_customer() if role == "customer" else a_principal(role, branch="b1")

    answer = get(resource, who, values=TRANSFER if "{" in resource else None)

    assert answer.status == 403


def test_nobody_without_a_token_reaches_any_route() -> None:
    for route in routes.table():
        answer = call(
            app,
            route.method,
            route.path,
            body={} if route.body else None,
            values=dict.fromkeys(re.findall(r"{(\w+)}", route.path), "some-1") or None,
        )

        assert answer.status == 401, route.name
