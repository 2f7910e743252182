"""The desks over the API: two people bring an entry or a waiver into force."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from puhui.identity import Principal
from tests.support.api import a_customer, a_principal
from tests.support.desk_api import CHECKER, MAKER, ask
from tests.support.risk_desk import (
    FIRM_CODE,
)

pytestmark = pytest.mark.usefixtures("risk_account")

ENTRY = {
    "list": "black",
    "kind": "firm",
    "name": "安徽鼎盛商贸有限公司",
    "code": FIRM_CODE,
    "source": "法院公告",
    "reason": "失信被执行",
}
WAIVER = {
    "scope": "application",
    "scope_id": "app-1",
    "rule_code": "SALES_COLLAPSED",
    "reason": "搬迁停产，已核实",
    "expires_on": "2026-08-31",
}


def test_an_entry_is_proposed_approved_listed_and_removed_by_two_people() -> None:
    entry = ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1")
    entry_id = entry.body["entry_id"]
    path, approve = "/name-lists/entries/{entry_id}", {"approved": True}

    own = ask("POST", f"{path}/approval", MAKER, approve, entry_id=entry_id)
    live = ask("POST", f"{path}/approval", CHECKER, approve, entry_id=entry_id)
    listed = ask("GET", "/name-lists/entries", a_principal("auditor"))
    leaving = ask("POST", f"{path}/removal", MAKER, {"reason": "已结清"}, entry_id=entry_id)
    gone = ask("POST", f"{path}/approval", CHECKER, approve, entry_id=entry_id)

    assert (own.status, own.error["rule"]) == (409, "four_eyes")
    assert [one.body["status_name"] for one in (entry, live, leaving, gone)] == [
        "待审批",
        "生效",
        "待审批移除",
        "已移除",
    ]
    assert [one["entry_id"] for one in listed.body["items"]] == [entry_id]


def test_whoever_reads_the_lists_sees_each_refused_proposal() -> None:
    entry_id = ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1").body["entry_id"]
    path = "/name-lists/entries/{entry_id}"
    ask("POST", f"{path}/approval", CHECKER, {"approved": True}, entry_id=entry_id)
    ask("POST", f"{path}/removal", MAKER, {"reason": "误报"}, entry_id=entry_id)
    ask("POST", f"{path}/approval", CHECKER, {"approved": False}, entry_id=entry_id)

    auditor, customer = a_principal("auditor"), a_customer()
    one = ask("GET", path, auditor, entry_id=entry_id)
    listed = ask("GET", "/name-lists/entries", auditor)

    (refusal,) = one.body["refusals"]
    assert (one.body["status"], one.body["removal_reason"]) == ("live", None)
    assert {key: refusal[key] for key in ("of", "of_name", "reason")} == {
        "of": "removal",
        "of_name": "移除",
        "reason": "误报",
    }
    assert (refusal["proposed"]["by"], refusal["refused"]["by"]) == ("maker", "checker")
    assert listed.body["items"] == [one.body]
    assert ask("GET", path, customer, entry_id=entry_id).status == 403


def test_a_code_is_never_shown_whole() -> None:
    shown = ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1")

    assert (shown.body["code_masked"], FIRM_CODE in json.dumps(shown.body)) == ("****0Y43", False)


def test_a_proposal_needs_a_key_and_the_same_key_is_the_same_entry() -> None:
    first, second = (ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1") for _ in range(2))

    assert first.body == second.body
    assert ask("POST", "/name-lists/entries", MAKER, ENTRY).error["rule"] == "idempotency.required"


def test_a_broken_code_is_named_by_field_and_rule() -> None:
    answer = ask("POST", "/name-lists/entries", MAKER, ENTRY | {"code": "9" * 18}, key="k1")

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (
        422,
        "code",
        "uscc.check",
    )


def test_another_bank_sees_no_entry() -> None:
    entry_id = ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1").body["entry_id"]
    stranger = a_principal("risk_manager", bank="south")

    answer = ask("GET", "/name-lists/entries/{entry_id}", stranger, entry_id=entry_id)

    assert answer.status == 404


def test_entries_are_listed_by_stage() -> None:
    ask("POST", "/name-lists/entries", MAKER, ENTRY, key="k1")

    waiting = ask("GET", "/name-lists/entries", CHECKER, status="proposed")

    assert (waiting.body["count"], ask("GET", "/name-lists/entries", CHECKER).body["count"]) == (
        1,
        0,
    )


def test_a_waiver_is_proposed_approved_and_revoked() -> None:
    made = ask("POST", "/waivers", MAKER, WAIVER, key="k1")
    waiver_id = made.body["waiver_id"]

    steps = [
        ask(
            "POST",
            "/waivers/{waiver_id}/approval",
            CHECKER,
            {"approved": True},
            waiver_id=waiver_id,
        ),
        ask("POST", "/waivers/{waiver_id}/revocation", MAKER, waiver_id=waiver_id),
    ]

    assert [one.body["status_name"] for one in (made, *steps)] == ["待审批", "已批准", "已撤销"]
    assert ask("GET", "/waivers", a_principal("auditor")).body["count"] == 1


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("SALES_DROP", "waiver.rule_unknown"),
        ("BLACK_LISTED", "waiver.rule_never"),
        ("INVOICES_ABSENT", "waiver.rule_never"),
        ("TERM_TOO_LONG", "waiver.rule_not_waivable"),
    ],
)
def test_a_rule_that_may_not_be_waived_is_named_by_field_and_rule(code: str, rule: str) -> None:
    answer = ask("POST", "/waivers", MAKER, WAIVER | {"rule_code": code}, key="k1")

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (422, "rule_code", rule)
    assert code in answer.error["message"]


def test_an_approver_does_not_approve_a_snooze_for_the_bank() -> None:
    body = {**WAIVER, "scope": "bank", "scope_id": None}
    waiver_id = ask("POST", "/waivers", MAKER, body, key="k1").body["waiver_id"]

    answer = ask(
        "POST",
        "/waivers/{waiver_id}/approval",
        a_principal("approver", subject="approver"),
        {"approved": True},
        waiver_id=waiver_id,
    )

    assert (answer.status, answer.error["rule"]) == (403, "policy.role")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/name-lists/entries"),
        ("GET", "/waivers"),
        ("GET", "/policies"),
        ("GET", "/reviews"),
    ],
)
@pytest.mark.parametrize("who", [a_customer(), a_principal("relationship_manager", branch="b1")])
def test_the_desks_are_not_for_everybody(method: str, path: str, who: Principal) -> None:
    assert ask(method, path, who).status == 403


def test_the_function_that_reads_loads_neither_numpy_nor_models() -> None:
    code = (
        "import sys, risk.api, risk.desk_wiring, risk.policies_wiring, risk.review_wiring;"
        "sys.exit(bool({'numpy', 'onnxruntime', 'zen'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    path = f"{root / 'functions'}:{root / 'layers/core/python'}"

    done = subprocess.run(  # noqa: S603 (our own code)
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, check=False
    )

    assert done.returncode == 0
