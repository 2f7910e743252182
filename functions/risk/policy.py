"""Who may do what in risk."""

from __future__ import annotations

from puhui.identity import allow

FULL_TREE_ROLES = ("approver", "underwriter", "risk_manager", "auditor", "admin")
"""Roles that see how a decision was made, not only what it was."""

POLICY = {
    "risk.read_decision": allow(
        "customer", "relationship_manager", "operator", *FULL_TREE_ROLES, own=True
    ),
    "risk.list_models": allow("data_steward", *FULL_TREE_ROLES),
    "risk.list_indicators": allow("data_steward", *FULL_TREE_ROLES),
}
