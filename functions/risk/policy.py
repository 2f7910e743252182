"""Who may do what in risk."""

from __future__ import annotations

from puhui.identity import allow

FULL_TREE_ROLES = ("approver", "underwriter", "risk_manager", "auditor", "admin")
"""Roles that see how a decision was made, not only what it was."""
_RISK = ("underwriter", "risk_manager")
_APPROVERS = ("risk_manager", "admin")

POLICY = {
    "risk.read_decision": allow(
        "customer", "relationship_manager", "operator", *FULL_TREE_ROLES, own=True
    ),
    "risk.list_models": allow("data_steward", *FULL_TREE_ROLES),
    "risk.list_indicators": allow("data_steward", *FULL_TREE_ROLES),
    # A machine caller is a token of the bank's own issuer with one of these roles.
    "risk.ask_decision": allow(*_RISK, "admin"),
    "risk.read_relations": allow("underwriter", "approver", "risk_manager", "auditor"),
    "risk.request_review": allow("customer", "relationship_manager", "operator", *_RISK, own=True),
    "risk.read_review": allow(
        "customer", "relationship_manager", "operator", *FULL_TREE_ROLES, own=True
    ),
    "risk.list_reviews": allow(*FULL_TREE_ROLES),
    "risk.record_review": allow(*_RISK, "approver"),
    "risk.read_lists": allow(*FULL_TREE_ROLES),
    "risk.propose_entry": allow(*_RISK, "operator"),
    "risk.decide_entry": allow(*_APPROVERS),
    "risk.read_waivers": allow(*FULL_TREE_ROLES),
    "risk.propose_waiver": allow(*_RISK),
    "risk.decide_waiver": allow("approver", *_APPROVERS),
    "risk.decide_snooze": allow(*_APPROVERS),
    "risk.revoke_waiver": allow("approver", *_RISK, "admin"),
    "risk.read_policies": allow(*FULL_TREE_ROLES),
    "risk.draft_policy": allow(*_RISK),
    "risk.check_policy": allow(*_RISK),
    "risk.record_backtest": allow(*_RISK),
    "risk.approve_policy": allow(*_APPROVERS),
    "risk.publish_policy": allow(*_APPROVERS),
    "risk.propose_withdrawal": allow(*_RISK, "admin"),
    "risk.decide_withdrawal": allow(*_APPROVERS),
    "risk.run_shadow": allow(*_APPROVERS),
}
