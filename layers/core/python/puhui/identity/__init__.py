"""Who asks and what they may do: tokens become principals, principals meet policies.

POLICY = {                                                    # functions/<module>/policy.py
    "intake.create_application": allow("customer", "relationship_manager", own=True),
    "intake.export_leads": allow("auditor"),
}
authorise(principal, "intake.read_application",
          Protected(bank_id=…, branch=…, owner_id=customer_id))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from puhui.identity.policy import Protected, Rule, allow, authorise, register, require_role
from puhui.identity.principal import ROLE_NAMES, ROLES, Principal

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    """Load token verification only where tokens are verified: it costs 0.13 s of a cold start."""
    if name in ("Issuer", "TrustedIssuers", "verify_token"):
        from puhui.identity import tokens

        return getattr(tokens, name)
    raise AttributeError(name)
