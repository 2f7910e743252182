"""Who asks and what they may do: tokens become principals, principals meet policies.

POLICY = {                                                    # functions/<module>/policy.py
    "intake.create_application": allow("customer", "relationship_manager", own=True),
    "intake.export_leads": allow("auditor"),
}
authorise(principal, "intake.read_application",
          Protected(bank_id=…, branch=…, owner_id=customer_id))
"""

from __future__ import annotations

from puhui.identity.policy import Protected, Rule, allow, authorise, register, require_role
from puhui.identity.principal import ROLE_NAMES, ROLES, Principal
from puhui.identity.tokens import Issuer, TrustedIssuers, verify_token

__all__ = [
    "ROLES",
    "ROLE_NAMES",
    "Issuer",
    "Principal",
    "Protected",
    "Rule",
    "TrustedIssuers",
    "allow",
    "authorise",
    "register",
    "require_role",
    "verify_token",
]
