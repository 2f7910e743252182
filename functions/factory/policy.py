"""Who may do what in the factory."""

from __future__ import annotations

from puhui.identity import allow

POLICY = {
    "factory.receive_application": allow("relationship_manager", "admin"),
    "factory.list_applications": allow("customer", own=True),
    "factory.read_application": allow(
        "customer",
        "relationship_manager",
        "approver",
        "underwriter",
        "risk_manager",
        "operator",
        "auditor",
        "admin",
        own=True,
    ),
    "factory.confirm_disclosure": allow("customer", own=True),
    "factory.record_disclosure_signature": allow("relationship_manager"),
    "factory.answer_offer": allow("customer", own=True),
}
