"""Builders of operations; each defaults everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from operations.domain.audit import AuditEntry
from operations.domain.authority import AuthorityMatrix, AuthorityRule
from operations.domain.decision import TaskDecision
from operations.domain.organisation import Bank, Branch, StaffMember
from operations.domain.task import Task
from puhui.contracts.operations import LoanProduct, OpenTask
from puhui.money import Money

NOON = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
TODAY = date(2026, 8, 3)
BANK = "huangshan"


def a_bank(**changes: Any) -> Bank:
    """A bank with two branches."""
    base = Bank(
        bank_id=BANK,
        name="黄山示范村镇银行",
        licensed_regions=("340100", "341000"),
        branches=(
            Branch(branch_id="tunxi", name="屯溪支行", region_code="341000"),
            Branch(branch_id="shexian", name="歙县支行", region_code="341000"),
        ),
        rule_edition="cn-2026-08",
    )
    return replace(base, **changes)


def a_member(staff_id: str = "checker-1", **changes: Any) -> StaffMember:
    """An approver of the head office."""
    base = StaffMember(
        bank_id=BANK,
        staff_id=staff_id,
        employee_no=f"no-{staff_id}",
        display_name="汪审批",
        roles=frozenset({"approver"}),
    )
    return replace(base, **changes)


def a_matrix(**changes: Any) -> AuthorityMatrix:
    """Approvers decide up to 50万, risk managers up to 100万; operators confirm paper."""
    rules = (
        AuthorityRule(role="approver", kind="approval", max_amount=Money.of_yuan(500_000)),
        AuthorityRule(role="risk_manager", kind="approval", max_amount=Money.of_yuan(1_000_000)),
        AuthorityRule(role="operator", kind="paper_contract", max_amount=Money.of_yuan(1_000_000)),
    )
    return replace(AuthorityMatrix(bank_id=BANK, rules=rules), **changes)


def a_product(**changes: Any) -> LoanProduct:
    """The one-year invoice loan."""
    fields: dict[str, Any] = {
        "code": "sme-invoice-1y",
        "name": "小微发票贷",
        "customer_kinds": ("firm", "sole_proprietor"),
        "min_amount_fen": 10_000_000,
        "max_amount_fen": 100_000_000,
        "min_rate_bps": 400,
        "max_rate_bps": 1500,
        "term_months": (12,),
        "repayment_methods": ("EQUAL_INSTALLMENT", "INTEREST_FIRST"),
        "required_facts": ("invoice/1",),
        "required_consents": ("invoice_query",),
        "effective_from": date(2016, 1, 1),
    }
    return LoanProduct(**(fields | changes))


def a_command(**changes: Any) -> OpenTask:
    """A referred application of 30万 that a relationship manager made."""
    fields: dict[str, Any] = {
        "task_key": "app-1-approval",
        "kind": "approval",
        "bank_id": BANK,
        "branch_id": "tunxi",
        "application_id": "app-1",
        "correlation_id": "app-1",
        "maker_id": "maker-1",
        "decision_id": "dec-1",
        "product_code": "sme-invoice-1y",
        "amount_fen": 30_000_000,
        "proposed_limit_fen": 20_000_000,
        "proposed_rate_bps": 650,
        "deadline_seconds": 3 * 86_400,
        "task_token": "token-one",
    }
    return OpenTask(**(fields | changes))


def a_task(**changes: Any) -> Task:
    """The open task of that command."""
    return replace(Task.opened(a_command(), sent_ms=1_000, now=NOON), **changes)


def an_approval(**changes: Any) -> TaskDecision:
    """The approval of what that command proposes."""
    base = TaskDecision(
        outcome="approved",
        limit=Money(20_000_000),
        annual_rate_bps=650,
        decided_by="checker-1",
        employee_no="no-checker-1",
        decided_at=NOON,
    )
    return replace(base, **changes)


def an_entry(action: str = "TaskOpened", subject: str = "task-1") -> AuditEntry:
    """A line of a trail."""
    return AuditEntry(at=NOON, actor="system", action=action, subject=subject)
