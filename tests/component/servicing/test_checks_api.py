"""The API of checks, watches and fund uses over its own wiring."""

from __future__ import annotations

from typing import Any

import pytest

from puhui.identity import ROLES, Principal
from servicing.api import app
from servicing.domain.loan import loan_id_of
from servicing.usecases.activate_loan import ActivateLoan
from servicing.usecases.post_disbursement import PostDisbursement
from servicing.usecases.reserve_disbursement import ReserveDisbursement
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.aws import scan_text
from tests.support.servicing import TABLE, TableWorld, a_reservation, a_resolution, an_activation
from tests.support.warnings import a_basis

LOAN = {"loan_id": loan_id_of("dsb-app-1-1")}
MANAGER = a_principal("relationship_manager", subject="rm-1", branch="b1")
STRANGERS = {
    "another_branch": a_principal("relationship_manager", subject="rm-2", branch="b2"),
    "another_bank": a_principal("risk_manager", bank="south"),
}
READERS = {
    "relationship_manager", "risk_manager", "approver", "collector", "operator", "auditor", "admin",
}  # fmt: skip
FIRST = {
    "kind": "first",
    "due_on": "2020-03-16",
    "done_on": "2020-03-10",
    "colour": "none",
    "findings": "资金已用于采购，凭证齐全",
}
USE = {
    "loan_kind": "personal_business",
    "payment_mode": "self",
    "borrower_names": ["张三"],
    "related_names": [],
    "lines": [
        {
            "line_id": "flow-1",
            "booked_on": "2020-03-02",
            "incoming": False,
            "amount_fen": 10_000_000,
            "kind": "business",
            "payee": "黄山某某茶业有限公司",
            "purpose": "货款",
        }
    ],
}


@pytest.fixture(autouse=True)
def _a_loan(world: TableWorld) -> None:
    """One loan of cus-1 at branch b1 of north, decided from invoices."""
    ReserveDisbursement(world.ledger, world.clock)(a_reservation())
    PostDisbursement(world.ledger, world.clock)(a_resolution(bank_reference="ref-1"))
    ActivateLoan(world.ledger, world.loans)(an_activation(monitoring=a_basis()))


def ask(method: str, resource: str, who: Principal, body: Any = None, **query: Any) -> Answer:
    """One request about the loan."""
    values = LOAN if "{loan_id}" in resource else None
    return call(app, method, resource, principal=who, values=values, body=body, query=query)


def test_a_booked_loan_is_watched_from_the_next_day_with_what_it_brought() -> None:
    body = ask("GET", "/loans/{loan_id}/watch", MANAGER).body

    assert (body["colour_name"], body["next_on"]) == ("正常", "2020-03-02")
    assert body["products"] == ["invoice/1"]


def test_watches_that_are_due_are_listed_for_their_branch() -> None:
    due = {"until": ["2020-03-02"]}

    (mine,) = ask("GET", "/watches", MANAGER, **due).body["items"]
    early = ask("GET", "/watches", MANAGER, until=["2020-03-01"]).body["items"]

    assert (mine["loan_id"], mine["next_on"], early) == (LOAN["loan_id"], "2020-03-02", [])
    for stranger in STRANGERS.values():
        assert ask("GET", "/watches", stranger, **due).body["items"] == []


def test_the_plan_of_a_loan_is_a_calendar() -> None:
    items = ask("GET", "/loans/{loan_id}/checks", MANAGER).body["items"]

    assert [(one["due_on"], one["name"]) for one in items] == [
        ("2020-03-16", "首次跟踪检查"),
        ("2020-06-01", "定期检查"),
        ("2020-09-01", "定期检查"),
        ("2020-12-01", "定期检查"),
        ("2020-12-31", "到期前检查"),
    ]


def test_due_checks_are_listed_until_they_are_made() -> None:
    until = {"until": ["2020-04-01"]}

    (due,) = ask("GET", "/checks", MANAGER, **until).body["items"]
    done = ask("POST", "/loans/{loan_id}/checks", MANAGER, FIRST)
    after = ask("GET", "/checks", MANAGER, **until).body["items"]

    assert (due["loan_id"], due["kind"], due["days_overdue"]) == (LOAN["loan_id"], "first", 0)
    assert (done.status, done.body["state_name"], done.body["done_by"]) == (200, "已检查", "rm-1")
    assert after == []
    assert ask("POST", "/loans/{loan_id}/checks", MANAGER, FIRST).body == done.body


def test_a_loan_is_read_with_checks_that_were_made() -> None:
    ask("POST", "/loans/{loan_id}/checks", MANAGER, FIRST)

    loan = ask("GET", "/loans/{loan_id}", MANAGER).body

    assert loan["checks"][0]["kind"] == "first"


def test_a_bad_finding_is_in_the_list_of_warnings() -> None:
    ask("POST", "/loans/{loan_id}/checks", MANAGER, FIRST | {"colour": "red"})

    (warning,) = ask("GET", "/warnings", MANAGER).body["items"]
    plan = ask("GET", "/loans/{loan_id}/checks", MANAGER).body["items"]

    assert (warning["signal"], warning["colour_name"]) == ("REL_CHECK_FINDING", "红色")
    (trigger,) = [one for one in plan if one["kind"] == "trigger"]
    assert (trigger["due_on"], trigger["because"]) == ("2020-03-04", warning["warning_id"])
    assert ask("GET", "/loans/{loan_id}/watch", MANAGER).body["colour"] == "red"


def test_a_check_that_is_not_planned_is_not_found() -> None:
    answer = ask("POST", "/loans/{loan_id}/checks", MANAGER, FIRST | {"due_on": "2020-03-17"})

    assert (answer.status, answer.error["field"]) == (404, "due_on")


def test_without_risk_money_is_kept_and_the_gap_is_told() -> None:
    trace = ask("POST", "/loans/{loan_id}/fund-uses", MANAGER, USE)

    assert (trace.status, trace.body["level_name"], trace.body["lines"]) == (200, "未评估", 1)
    assert ask("GET", "/loans/{loan_id}/fund-uses", MANAGER).body == trace.body
    (warning,) = ask("GET", "/warnings", MANAGER).body["items"]
    assert warning["signal"] == "FUND_NOT_OBSERVABLE"


def test_who_was_paid_lies_encrypted_and_the_same_lines_are_kept_once() -> None:
    for _ in range(2):
        ask("POST", "/loans/{loan_id}/fund-uses", MANAGER, USE)

    stored = scan_text(TABLE)
    assert "茶业" not in stored
    assert stored.count("LINES#") == 1


def test_a_line_with_another_content_is_a_conflict() -> None:
    ask("POST", "/loans/{loan_id}/fund-uses", MANAGER, USE)
    changed = USE["lines"][0] | {"amount_fen": 1}  # type: ignore[operator, index]

    answer = ask("POST", "/loans/{loan_id}/fund-uses", MANAGER, USE | {"lines": [changed]})

    assert (answer.status, answer.error["field"]) == (409, "line_id")


def test_money_that_nobody_traced_is_not_found() -> None:
    assert ask("GET", "/loans/{loan_id}/fund-uses", MANAGER).status == 404


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_learns_and_does_nothing(stranger: Principal) -> None:
    assert ask("GET", "/loans/{loan_id}/checks", stranger).status == 404
    assert ask("GET", "/loans/{loan_id}/watch", stranger).status == 404
    assert ask("POST", "/loans/{loan_id}/checks", stranger, FIRST).status == 404
    assert ask("POST", "/loans/{loan_id}/fund-uses", stranger, USE).status == 404
    assert ask("GET", "/checks", stranger, until=["2030-01-01"]).body["items"] == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_banks_own_checks_are_not_shown_to_customers(role: str) -> None:
    who = a_customer("cus-1") if role == "customer" else a_principal(role, branch="b1")

    assert ask("GET", "/loans/{loan_id}/checks", who).status == (200 if role in READERS else 403)
