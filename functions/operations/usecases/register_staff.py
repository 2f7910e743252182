"""Keep the register of the bank's people: accounts, persons, roles, branches."""

from __future__ import annotations

from dataclasses import dataclass, replace

from operations.domain.audit import AuditEntry
from operations.domain.errors import OrganisationNotValid, OwnRegistration, StaffNotFound
from operations.domain.organisation import StaffMember
from operations.ports import Banks, Staff
from puhui.clock import Clock
from puhui.identity import Principal, Protected, authorise


@dataclass(frozen=True)
class RegisterStaff:
    """Register or change one account; nobody changes their own."""

    banks: Banks
    staff: Staff
    clock: Clock

    def __call__(self, principal: Principal, member: StaffMember) -> StaffMember:
        """Return the member as kept; registering the same again changes nothing."""
        authorise(principal, "operations.register_staff", Protected(bank_id=member.bank_id))
        bank = self.banks.get(member.bank_id)
        if member.branch_id is not None and not bank.has_branch(member.branch_id):
            raise OrganisationNotValid(
                f"{member.branch_id} is no branch of this bank",
                field="branch_id",
                rule="staff.branch",
            )
        before = self._before(member)
        if before is not None and before.same_as(member):
            return before
        if before is not None and member.staff_id == principal.subject:
            raise OwnRegistration("nobody changes their own registration", rule="staff.own")
        version = before.version if before else 0
        entry = AuditEntry(
            at=self.clock.now(),
            actor=principal.subject,
            action="StaffRegistered",
            subject=member.staff_id,
            details={"roles": ",".join(sorted(member.roles)), "active": str(member.active)},
        )
        self.staff.save(replace(member, version=version), entry)
        return replace(member, version=version + 1)

    def _before(self, member: StaffMember) -> StaffMember | None:
        try:
            return self.staff.get(member.bank_id, member.staff_id)
        except StaffNotFound:
            return None


@dataclass(frozen=True)
class ListStaff:
    """Show everybody in the register."""

    staff: Staff

    def __call__(self, principal: Principal) -> tuple[StaffMember, ...]:
        """Return all members, by id."""
        authorise(principal, "operations.list_staff", Protected(bank_id=principal.bank_id))
        return self.staff.of_bank(principal.bank_id)
