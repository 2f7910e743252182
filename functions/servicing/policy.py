"""Who may do what in servicing."""

from __future__ import annotations

from puhui.identity import allow

STAFF = (
    "relationship_manager",
    "approver",
    "underwriter",
    "risk_manager",
    "operator",
    "collector",
    "finance",
    "auditor",
    "admin",
)
BOOKKEEPERS = ("finance", "auditor", "admin")
WARNING_READERS = (
    "relationship_manager",
    "risk_manager",
    "approver",
    "collector",
    "operator",
    "auditor",
    "admin",
)

POLICY = {
    "servicing.quote_loan": allow("customer", *STAFF),
    "servicing.disclose_cost": allow("customer", *STAFF),
    "servicing.list_loans": allow("customer", *STAFF, own=True),
    "servicing.read_loan": allow("customer", *STAFF, own=True),
    "servicing.read_trial_balance": allow(*BOOKKEEPERS),
    "servicing.read_transfer": allow(*BOOKKEEPERS),
    "servicing.read_warnings": allow(*WARNING_READERS),
    "servicing.report_warnings": allow(*WARNING_READERS),
    "servicing.answer_warning": allow("relationship_manager", "risk_manager"),
    "servicing.check_disposal": allow("risk_manager", "approver"),
    "servicing.read_checks": allow(*WARNING_READERS),
    "servicing.record_check": allow("relationship_manager", "risk_manager"),
    "servicing.read_fund_use": allow(*WARNING_READERS),
    "servicing.trace_fund_use": allow("relationship_manager", "risk_manager", "operator"),
    "servicing.read_suspense": allow("operator", *BOOKKEEPERS),
    "servicing.assign_suspense": allow("finance"),
    "servicing.ask_for_debit": allow("operator", "finance"),
    "servicing.read_reconciliation": allow("operator", *BOOKKEEPERS),
    "servicing.reconcile": allow("operator", "finance"),
    "servicing.read_end_of_day": allow("operator", *BOOKKEEPERS),
    "servicing.read_portfolio": allow("risk_manager", *BOOKKEEPERS),
    "servicing.read_classifications": allow(
        "risk_manager", "approver", "underwriter", "finance", "auditor", "admin"
    ),
    "servicing.classify_debtor": allow("risk_manager"),
    "servicing.confirm_classification": allow("risk_manager"),
    "servicing.approve_classification": allow("approver"),
    "servicing.read_collections": allow("collector", "risk_manager", "auditor", "admin"),
    "servicing.record_contact": allow("collector"),
    "servicing.raise_complaint": allow(
        "customer", "relationship_manager", "collector", "operator", "risk_manager", own=True
    ),
    "servicing.resolve_complaint": allow("operator", "risk_manager"),
    "servicing.hold_collection": allow("risk_manager"),
    "servicing.read_account": allow("customer", *STAFF, own=True),
    "servicing.record_event": allow("operator", "finance"),
    "servicing.reverse_event": allow("finance"),
    "servicing.request_change": allow(
        "relationship_manager", "collector", "operator", "risk_manager"
    ),
    "servicing.read_changes": allow(*STAFF),
    "servicing.decide_change": allow("approver", "risk_manager"),
}
