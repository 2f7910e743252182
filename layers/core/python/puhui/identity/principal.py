"""The person or system that asks, as its verified token describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from puhui.errors import Unauthenticated, Unprocessable
from puhui.tenancy import BankId, bank_id

ROLE_NAMES: dict[str, str] = {
    "customer": "客户",
    "relationship_manager": "客户经理",
    "approver": "审批人",
    "underwriter": "授信审查",
    "risk_manager": "风险经理",
    "data_steward": "数据管理员",
    "operator": "运营人员",
    "collector": "催收人员",
    "finance": "财务人员",
    "auditor": "审计人员",
    "admin": "系统管理员",
}
"""Every role with its Chinese display name."""
ROLES = frozenset(ROLE_NAMES)

MAX_CLAIM_CHARACTERS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, for which bank, in which roles, from which branch, as which customer."""

    subject: str
    bank_id: BankId
    roles: frozenset[str]
    branch: str | None = None
    customer_id: str | None = None

    def has(self, role: str) -> bool:
        """Whether the principal has a role."""
        return role in self.roles

    @property
    def is_customer(self) -> bool:
        """Whether the principal is only a customer, so that only their own things exist."""
        return self.roles == {"customer"}

    def to_context(self) -> dict[str, str]:
        """Write the principal as API Gateway passes it from the authorizer: text only."""
        return {
            "subject": self.subject,
            "bank_id": self.bank_id,
            "roles": ",".join(sorted(self.roles)),
            "branch": self.branch or "",
            "customer_id": self.customer_id or "",
        }


def principal_from_context(context: Mapping[str, Any]) -> Principal:
    """Read `requestContext.authorizer` as our authorizer wrote it."""
    return build_principal(
        subject=context.get("subject"),
        bank=context.get("bank_id"),
        roles=[role for role in str(context.get("roles") or "").split(",") if role],
        branch=context.get("branch") or None,
        customer_id=context.get("customer_id") or None,
    )


def build_principal(
    *, subject: object, bank: object, roles: object, branch: object, customer_id: object
) -> Principal:
    """Check the parts of a principal; whatever is odd means that we do not know who asks."""
    names = _roles(roles)
    try:
        tenant = bank_id(bank if isinstance(bank, str) else "")
    except Unprocessable:
        raise Unauthenticated("no bank", rule="claims.bank_id") from None
    customer = _text(customer_id, "customer_id") if customer_id is not None else None
    if "customer" in names and (customer is None or len(names) > 1):
        raise Unauthenticated("a customer is one customer, nothing else", rule="claims.customer")
    return Principal(
        subject=_text(subject, "sub"),
        bank_id=tenant,
        roles=names,
        branch=_text(branch, "branch") if branch is not None else None,
        customer_id=customer,
    )


def _roles(value: object) -> frozenset[str]:
    """Read roles from a list, or from text with spaces or commas; unknown ones give nothing."""
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)) or not all(isinstance(p, str) for p in parts):
        raise Unauthenticated("no roles", rule="claims.roles")
    known = frozenset(parts) & ROLES
    if not known:
        raise Unauthenticated("no known role", rule="claims.roles")
    return known


def _text(value: object, claim: str) -> str:
    printable = isinstance(value, str) and value.isprintable() and "," not in value
    if not printable or not 0 < len(str(value)) <= MAX_CLAIM_CHARACTERS:
        raise Unauthenticated(f"claim {claim} is missing or odd", rule=f"claims.{claim}")
    return str(value)
