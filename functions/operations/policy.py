"""Who may do what in operations; whatever is not written here nobody may do."""

from __future__ import annotations

from puhui.identity import ROLES, allow

STAFF_ROLES = frozenset(ROLES) - {"customer"}
"""Every role that a member of the bank's staff may have."""

_STAFF = tuple(sorted(STAFF_ROLES))
_DECIDERS = ("approver", "underwriter", "risk_manager", "operator")
_TASK_READERS = (*_DECIDERS, "auditor", "admin")

POLICY = {
    "operations.list_tasks": allow(*_TASK_READERS),
    "operations.read_task": allow(*_TASK_READERS),
    "operations.claim_task": allow(*_DECIDERS),
    "operations.release_task": allow(*_DECIDERS, "admin"),
    "operations.decide_task": allow(*_DECIDERS),
    "operations.read_trail": allow("auditor", "admin"),
    "operations.read_bank": allow(*_STAFF),
    "operations.set_up_bank": allow("admin"),
    "operations.list_products": allow(*_STAFF),
    "operations.publish_product": allow("admin"),
    "operations.list_staff": allow("auditor", "admin"),
    "operations.register_staff": allow("admin"),
    "operations.read_authority": allow(*_STAFF),
    "operations.set_authority": allow("admin"),
}
