"""Builders for what risk's staff keep: lists, waivers, policies, shadows, reviews."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from puhui.contracts.party import Party
from puhui.tenancy import BankId
from risk.adapters.packaged_policies import MODULE
from risk.domain.approval import Act
from risk.domain.exceptions import Waiver, WaiverStatus
from risk.domain.indicators.library import LIBRARY_SHA256
from risk.domain.matching import SubjectKind
from risk.domain.name_lists import EntryStatus, ListEntry, Subject
from risk.domain.policy_lifecycle import Check, PolicyVersion, ProofReport
from risk.domain.review import Review
from risk.domain.shadow import Answer, Comparison

TODAY = date(2026, 8, 1)
NOW = datetime(2026, 8, 1, 4, tzinfo=UTC)
NORTH = BankId("north")
PROPOSED = Act("maker", NOW)
APPROVED = Act("checker", NOW)
PACKAGED = sorted((MODULE / "policies").glob("*.json"))[-1].read_bytes()
OWN_VERSION = "2026.12.1-north"
OWN = PACKAGED.replace(b'"version": "2026.12.1"', f'"version": "{OWN_VERSION}"'.encode(), 1)
"""The packaged policy as a bank's own version: no bank may take the packaged one's name."""
FIRM_CODE = "91350100M000100Y43"
PERSON_CODE = "11010519491231002X"
PARTY = Party(
    kind="firm",
    name="安徽鼎盛商贸有限公司",
    uscc=FIRM_CODE,
    legal_person_name="王小明",
    legal_person_id=PERSON_CODE,
    phone="13800138000",
    address="安徽省合肥市",
    region_code="340100",
    payout_account="6222020000000000",
)


def fingerprint(kind: SubjectKind, code: str) -> str:
    """A fingerprint for tests."""
    return hashlib.sha256(f"{kind}{code}".encode()).hexdigest()[:32]


def an_entry(**changes: Any) -> ListEntry:
    """A firm on the black list, approved."""
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "entry_id": "nle-1",
        "list": "black",
        "kind": "firm",
        "name": "安徽鼎盛商贸有限公司",
        "source": "本行风险管理部",
        "reason": "贷款诈骗",
        "expires_on": None,
        "proposed": PROPOSED,
        "approved": APPROVED,
        "status": EntryStatus.LIVE,
    }
    made = ListEntry(**fields | changes)
    if made.code is not None and made.code_index is None:
        return replace(made, code_index=fingerprint(made.kind, made.code))
    return made


def a_subject(name: str = "安徽鼎盛商贸有限公司", **changes: Any) -> Subject:
    """A firm that asks."""
    fields: dict[str, Any] = {"kind": "firm", "name": name, "code_index": "f" * 32}
    return Subject(**fields | changes)


def a_waiver(**changes: Any) -> Waiver:
    """An approved exception for one application, for a month."""
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "waiver_id": "wvr-1",
        "scope": "application",
        "scope_id": "app-1",
        "rule_code": "SALES_COLLAPSED",
        "reason": "搬迁导致停产两个月，已核实",
        "valid_from": TODAY,
        "expires_on": date(2026, 8, 31),
        "proposed": PROPOSED,
        "decided": APPROVED,
        "status": WaiverStatus.APPROVED,
    }
    return Waiver(**fields | changes)


def a_check(sha256: str, **changes: Any) -> Check:
    """No findings, and proven."""
    fields: dict[str, Any] = {
        "sha256": sha256,
        "findings": (),
        "proof": ProofReport(proven=True, cases=10_000, detail="zen"),
        "code_version": "test",
        "library_sha256": LIBRARY_SHA256,
        "checked": PROPOSED,
    }
    return Check(**fields | changes)


def a_draft(**changes: Any) -> PolicyVersion:
    """A draft of the bank's own version."""
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "policy_id": "sme_invoice_loan",
        "version": OWN_VERSION,
        "sha256": hashlib.sha256(OWN).hexdigest(),
        "drafted": PROPOSED,
    }
    return PolicyVersion(**fields | changes)


def published(effective_from: date = TODAY, **changes: Any) -> PolicyVersion:
    """A version that went the whole way."""
    draft = a_draft(**changes)
    return (
        draft.checked(a_check(draft.sha256))
        .tested_by("b" * 64, PROPOSED)
        .approve("checker", NOW)
        .publish(APPROVED, effective_from, TODAY, a_check(draft.sha256), ())
    )


def an_answer(**changes: Any) -> Answer:
    """An approval without any fired rule."""
    fields: dict[str, Any] = {
        "verdict": "approve",
        "limit_fen": 50_000_000,
        "rate_bps": 600,
        "fired": (),
    }
    return Answer(**fields | changes)


def a_comparison(decision_id: str = "dec-1", **changes: Any) -> Comparison:
    """Live approves, the shadow declines for a rule of its own."""
    fields: dict[str, Any] = {
        "decision_id": decision_id,
        "as_of": TODAY,
        "live": an_answer(),
        "shadow": an_answer(verdict="decline", limit_fen=0, rate_bps=0, fired=("NEW_RULE",)),
    }
    return Comparison(**fields | changes)


def a_review(**changes: Any) -> Review:
    """A review that risk's own staff handle."""
    fields: dict[str, Any] = {
        "bank_id": NORTH,
        "review_id": "rev-1",
        "decision_id": "dec-1",
        "application_id": "app-1",
        "branch_id": "hefei",
        "customer_id": "cus-1",
        "verdict": "decline",
        "amount_fen": 50_000_000,
        "limit_fen": 0,
        "rate_bps": 0,
        "asked": Act("sub-cus-1", NOW),
        "due_at": NOW,
        "handled_by": "risk",
        "statement": "请人工核实",
    }
    return Review(**fields | changes)
