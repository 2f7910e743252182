"""List applications, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from intake.ports import ApplicationPage, ApplicationQuery, Applications
from puhui.errors import Forbidden
from puhui.identity import Principal, Protected, authorise

HEAD_OFFICE = frozenset({"approver", "auditor", "admin"})
"""Roles that see the whole bank when their token names no branch."""


@dataclass(frozen=True)
class ListApplications:
    """Show each person the applications that are theirs to see, newest first."""

    applications: Applications

    def __call__(self, principal: Principal, limit: int, cursor: str | None) -> ApplicationPage:
        """Return one page; the cursor only moves inside what this person may see.

        A customer sees the own applications, whoever has a branch sees that branch's, and head
        office sees the bank's. A relationship manager without a branch sees none.
        """
        if not (principal.is_customer or principal.branch or principal.roles & HEAD_OFFICE):
            raise Forbidden("the token names no branch", rule="claims.branch")
        query = ApplicationQuery(
            bank_id=principal.bank_id,
            limit=limit,
            cursor=cursor,
            customer_id=principal.customer_id if principal.is_customer else None,
            branch_id=None if principal.is_customer else principal.branch,
        )
        scope = Protected(bank_id=query.bank_id, branch=query.branch_id, owner_id=query.customer_id)
        authorise(principal, "intake.list_applications", scope)
        return self.applications.page(query)
