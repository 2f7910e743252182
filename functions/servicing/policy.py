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

POLICY = {
    "servicing.quote_loan": allow("customer", *STAFF),
    "servicing.disclose_cost": allow("customer", *STAFF),
    "servicing.list_loans": allow("customer", *STAFF, own=True),
    "servicing.read_loan": allow("customer", *STAFF, own=True),
    "servicing.read_trial_balance": allow(*BOOKKEEPERS),
    "servicing.read_transfer": allow(*BOOKKEEPERS),
    "servicing.read_portfolio": allow("risk_manager", *BOOKKEEPERS),
}
