"""Who may do what in signing: nobody but the borrower can sign or refuse."""

from __future__ import annotations

from puhui.identity import allow

POLICY = {
    "signing.read_contract": allow(
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
    "signing.read_document": allow("customer", "operator", "auditor", own=True),
    "signing.sign_contract": allow("customer", own=True),
    "signing.refuse_contract": allow("customer", own=True),
}
