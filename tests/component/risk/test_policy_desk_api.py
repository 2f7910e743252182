"""The desk of policies over the API: from a draft into force and out of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from puhui.identity import Principal
from puhui.tenancy import BankId
from risk.api import app
from risk.decide_api import app as decide_app
from risk.domain.policy_lifecycle import Stage
from risk.policies_wiring import policy_desk
from tests.support.api import Answer, a_principal, call
from tests.support.desk_api import CHECKER, MAKER, ask
from tests.support.risk_desk import (
    OWN,
    OWN_VERSION,
    PACKAGED,
    a_check,
    a_draft,
    published,
)

pytestmark = pytest.mark.usefixtures("risk_account")

POLICY = {"policy_id": "sme_invoice_loan", "version": OWN_VERSION}
VERSION = "/policies/{policy_id}/versions/{version}"


def step(name: str, who: Principal, body: Any = None) -> Answer:
    api = decide_app if name in ("check", "publication") else app
    return call(api, "POST", f"{VERSION}/{name}", principal=who, body=body, values=POLICY)


def in_force() -> None:
    """The bank's own version, published."""
    policy_desk().versions.add(published(bank_id=BankId(MAKER.bank_id)), OWN)


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
