"""Who is behind an account: the person who checks and the person who made."""

from __future__ import annotations

from dataclasses import dataclass

from operations.domain.errors import StaffNotFound, StaffNotRegistered
from operations.domain.organisation import StaffMember
from operations.domain.task import Task
from operations.ports import Staff
from puhui.identity import Principal


@dataclass(frozen=True)
class IdentifyChecker:
    """Find the registered person behind a token, with the roles that register and token share."""

    staff: Staff

    def __call__(self, principal: Principal) -> tuple[StaffMember, frozenset[str]]:
        """Return the person and the roles that count."""
        try:
            member = self.staff.get(principal.bank_id, principal.subject)
        except StaffNotFound as error:
            raise StaffNotRegistered(
                "this account is not in the bank's staff register", rule="staff.registered"
            ) from error
        return member, member.roles_among(principal.roles)


@dataclass(frozen=True)
class FindMaker:
    """Find the person behind the account that made an application, if it is a staff account."""

    staff: Staff

    def __call__(self, task: Task) -> StaffMember | None:
        """Return the maker, or None when a customer applied alone."""
        if task.maker_id is None:
            return None
        try:
            return self.staff.get(task.bank_id, task.maker_id)
        except StaffNotFound:
            return None
