"""Who may do what to which object: denied unless a module's policy allows it.

Two questions, two answers. May this role ever do this? If not: Forbidden. Is this object theirs
(their bank, their branch, their own)? If not: NotFound, because a stranger must not even learn that
it exists.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from puhui.errors import Forbidden, NotFound
from puhui.identity.principal import ROLES, Principal

BRANCH_ROLES = frozenset({"relationship_manager", "collector"})
"""Roles that work for one branch and see nothing of another; the others may be head office."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What stands before an object: its bank, branch, owner (a customer) and assignee."""

    bank_id: str
    branch: str | None = None
    owner_id: str | None = None
    assigned_to: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may do an action, and how close the object must be to them."""

    roles: frozenset[str]
    own: bool = False
    assigned: bool = False


Policy = Mapping[str, Rule]

_rules: dict[str, Rule] = {}


def allow(*roles: str, own: bool = False, assigned: bool = False) -> Rule:
    """Allow roles to do an action.

    `own`: a customer may do it only to an object that names them as owner. (An object that names
    another owner is never theirs, with or without `own`.)
    `assigned`: staff may do it only to an object assigned to them.

    >>> sorted(allow("customer", "auditor", own=True).roles)
    ['auditor', 'customer']
    """
    unknown = set(roles) - ROLES
    if unknown or not roles:
        raise ValueError(f"unknown roles: {sorted(unknown)}" if unknown else "no role named")
    return Rule(frozenset(roles), own=own, assigned=assigned)


def register(policy: Policy) -> Policy:
    """Make a module's actions known; two different rules for one action are refused."""
    for action, rule in policy.items():
        if _rules.setdefault(action, rule) != rule:
            raise ValueError(f"action {action} has two rules")
    return policy


def rule_of(action: str) -> Rule | None:
    """Find the rule of `module.verb`; the policy of a module is `<module>/policy.py:POLICY`."""
    if action not in _rules:
        module = action.partition(".")[0]
        try:
            register(importlib.import_module(f"{module}.policy").POLICY)
        except ModuleNotFoundError as error:
            if error.name not in (module, f"{module}.policy"):
                raise
    return _rules.get(action)


def require_role(principal: Principal, action: str) -> Rule:
    """Refuse whoever may never do this, whatever the object."""
    rule = rule_of(action)
    if rule is None or not principal.roles & rule.roles:
        raise Forbidden(f"{action} is not for this role", rule="policy.role")
    return rule


def authorise(principal: Principal, action: str, protected: Protected) -> None:
    """Let the principal do an action to an object, or raise Forbidden or NotFound."""
    rule = require_role(principal, action)
    acting = principal.roles & rule.roles
    if protected.bank_id != principal.bank_id:
        raise _unknown("policy.bank")
    if not any(_reaches(role, principal, rule, protected) for role in acting):
        raise _unknown("policy.object")


def _reaches(role: str, principal: Principal, rule: Rule, protected: Protected) -> bool:
    """Whether the object is near enough to the principal in this role."""
    if role == "customer":
        if protected.owner_id is None:
            return not rule.own
        return protected.owner_id == principal.customer_id
    if rule.assigned and protected.assigned_to != principal.subject:
        return False
    bound = principal.branch is not None or role in BRANCH_ROLES
    if protected.branch is None or not bound:
        return True
    return protected.branch == principal.branch


def _unknown(rule: str) -> NotFound:
    return NotFound("there is no such thing here", rule=rule)
