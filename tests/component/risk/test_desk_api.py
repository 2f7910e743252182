"""The desks over the API: two people bring an entry, a waiver or a policy into force."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from puhui.identity import Principal
from puhui.tenancy import BankId
from risk.api import app
from risk.decide_api import app as decide_app
from risk.domain.policy_lifecycle import Stage
from risk.policies_wiring import policy_desk
from tests.support.api import Answer, a_customer, a_principal, call
from tests.support.risk_desk import (
    FIRM_CODE,
    OWN,
    OWN_VERSION,
    PACKAGED,
    a_check,
    a_draft,
    published,
)

pytestmark = pytest.mark.usefixtures("risk_account")

MAKER = a_principal("risk_manager", subject="maker")
CHECKER = a_principal("risk_manager", subject="checker")
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
POLICY = {"policy_id": "sme_invoice_loan", "version": OWN_VERSION}
VERSION = "/policies/{policy_id}/versions/{version}"


def ask(
    method: str, path: str, who: Principal, body: Any = None, key: str | None = None, **values: str
) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    query = {"status": [values.pop("status")]} if "status" in values else None
    return call(
        app, method, path, principal=who, body=body, headers=headers, values=values, query=query
    )


def step(name: str, who: Principal, body: Any = None) -> Answer:
    api = decide_app if name in ("check", "publication") else app
    return call(api, "POST", f"{VERSION}/{name}", principal=who, body=body, values=POLICY)


def in_force() -> None:
    """The bank's own version, published."""
    policy_desk().versions.add(published(bank_id=BankId(MAKER.bank_id)), OWN)


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


def test_a_policy_comes_into_force_step_by_step() -> None:
    draft = ask("POST", "/policies", MAKER, {"document": OWN.decode()})
    steps = [
        step("check", MAKER),
        step("shadow", CHECKER),
        step("backtest", MAKER, {"report_sha256": "b" * 64}),
        step("approval", CHECKER),
        step("publication", CHECKER, {"effective_from": "2026-08-01"}),
    ]
    listed = ask("GET", "/policies", a_principal("auditor")).body
    report = ask("GET", "/policies/{policy_id}/shadow-report", MAKER, policy_id="sme_invoice_loan")
    stopped = ask("DELETE", "/shadow-policy", CHECKER)

    assert [one.status for one in (draft, *steps, stopped)] == [201, 200, 200, 200, 200, 200, 204]
    assert steps[0].body["check"]["proven"] is True
    assert steps[-1].body["published_check"]["proof_cases"] >= 10_000
    assert (listed["items"][0]["stage_name"], listed["shadow"]["version"]) == (
        "已发布",
        OWN_VERSION,
    )
    assert (report.body["compared"], report.body["complete"]) == (0, True)


def test_a_draft_under_the_name_of_a_packaged_policy_is_refused() -> None:
    answer = ask("POST", "/policies", MAKER, {"document": PACKAGED.decode()})

    assert (answer.status, answer.error["field"], answer.error["rule"]) == (
        409,
        "version",
        "policy.version_packaged",
    )


def test_a_version_shows_its_file_to_the_byte() -> None:
    ask("POST", "/policies", MAKER, {"document": OWN.decode()})

    shown = ask("GET", VERSION, a_principal("auditor"), **POLICY)

    assert shown.body["document"].encode() == OWN


def test_a_policy_with_findings_goes_no_further() -> None:
    broken = json.loads(OWN) | {"grades": []}
    ask("POST", "/policies", MAKER, {"document": json.dumps(broken)})

    checked = step("check", MAKER)
    tested = step("backtest", MAKER, {"report_sha256": "b" * 64})

    assert "GRADES_INVALID" in [one["rule"] for one in checked.body["check"]["findings"]]
    assert (tested.status, tested.error["rule"]) == (422, "policy.findings")


def test_nobody_publishes_without_approval() -> None:
    ask("POST", "/policies", MAKER, {"document": OWN.decode()})
    step("check", MAKER)
    step("backtest", MAKER, {"report_sha256": "b" * 64})

    answer = step("publication", CHECKER, {"effective_from": "2026-08-01"})

    assert (answer.status, answer.error["rule"]) == (409, "policy.stage")


def test_a_published_policy_is_withdrawn_by_two_people_from_a_day_on() -> None:
    in_force()
    body = {"reason": "阈值有误", "withdrawn_from": "2026-08-01"}
    past = step("withdrawal", MAKER, {**body, "withdrawn_from": "2026-07-31"})
    unsaid = step("withdrawal", MAKER, {"withdrawn_from": "2026-08-01"})

    proposed = step("withdrawal", MAKER, body)
    own = step("withdrawal/approval", MAKER, {"approved": True})
    underwriter = a_principal("underwriter", subject="underwriter")
    other = step("withdrawal/approval", underwriter, {"approved": True})
    done = step("withdrawal/approval", CHECKER, {"approved": True})

    assert [(one.status, one.error["rule"]) for one in (past, own, other)] == [
        (422, "policy.withdrawn_past"),
        (409, "four_eyes"),
        (403, "policy.role"),
    ]
    assert (unsaid.status, unsaid.error["field"]) == (422, "reason")
    assert [one.body["stage_name"] for one in (proposed, done)] == ["待审批撤回", "已撤回"]
    assert (done.body["withdrawn_from"], done.body["withdrawn"]["by"]) == ("2026-08-01", "checker")
    assert done.body["withdrawal"]["reason"] == "阈值有误"


def test_a_policy_that_the_linter_refuses_today_is_not_published() -> None:
    broken = OWN.replace(b'"max_rate_bps": 2400', b'"max_rate_bps": 3600')
    digest = hashlib.sha256(broken).hexdigest()
    approved = replace(
        a_draft(bank_id=BankId(MAKER.bank_id), sha256=digest, check=a_check(digest)),
        stage=Stage.APPROVED,
        backtest_sha256="b" * 64,
    )
    policy_desk().versions.add(approved, broken)

    answer = step("publication", CHECKER, {"effective_from": "2026-08-01"})
    after = ask("GET", VERSION, CHECKER, **POLICY).body["policy"]

    assert (answer.status, answer.error["rule"]) == (422, "policy.findings")
    assert "RATE_ABOVE_LINE flow.nodes[price].max_rate_bps" in answer.error["message"]
    assert (after["stage"], after["published"], after["effective_from"]) == ("approved", None, None)


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
