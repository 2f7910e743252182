"""The bank, its branches and its people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from operations.domain.errors import OrganisationNotValid, StaffNotRegistered
from puhui.contracts.operations import BankProfile

MAX_BRANCHES = 500
MAX_REGIONS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch of the bank (网点) and the region it serves."""

    branch_id: str
    name: str
    region_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A legal bank: where it is licensed to lend and which edition of the rules it adopted."""

    bank_id: str
    name: str
    licensed_regions: tuple[str, ...]
    branches: tuple[Branch, ...]
    rule_edition: str
    version: int = 0

    def __post_init__(self) -> None:
        _check_bank(self)

    def profile(self) -> BankProfile:
        """Tell the other modules what they must know about this bank."""
        return BankProfile(
            bank_id=self.bank_id,
            name=self.name,
            licensed_regions=self.licensed_regions,
            branch_ids=tuple(branch.branch_id for branch in self.branches),
            rule_edition=self.rule_edition,
        )

    def has_branch(self, branch_id: str) -> bool:
        """Is this one of the bank's branches?"""
        return any(branch.branch_id == branch_id for branch in self.branches)

    def same_as(self, other: Bank) -> bool:
        """Do both describe the same organisation, whatever their stored versions?"""
        return replace(self, version=0) == replace(other, version=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One account of one person; `employee_no` (工号) is the person behind the account."""

    bank_id: str
    staff_id: str
    employee_no: str
    display_name: str
    roles: frozenset[str]
    branch_id: str | None = None
    active: bool = True
    version: int = 0

    def roles_among(self, claimed: frozenset[str]) -> frozenset[str]:
        """A role counts when the bank's register and the person's token both name it."""
        if not self.active:
            raise StaffNotRegistered(
                f"staff member {self.staff_id} is not active", rule="staff.active"
            )
        return self.roles & claimed

    def same_as(self, other: StaffMember) -> bool:
        """Do both describe the same account, whatever their stored versions?"""
        return replace(self, version=0) == replace(other, version=0)


def _check_bank(bank: Bank) -> None:
    """A bank has branches with different ids and regions it is licensed for, within bounds."""
    branch_ids = [branch.branch_id for branch in bank.branches]
    if not branch_ids or len(branch_ids) > MAX_BRANCHES:
        raise OrganisationNotValid(
            f"a bank has 1 to {MAX_BRANCHES} branches", field="branches", rule="bank.branches"
        )
    if len(set(branch_ids)) != len(branch_ids):
        raise OrganisationNotValid(
            "two branches have the same id", field="branches", rule="bank.branch_ids_unique"
        )
    regions = bank.licensed_regions
    if not regions or len(regions) > MAX_REGIONS or len(set(regions)) != len(regions):
        raise OrganisationNotValid(
            f"a bank is licensed in 1 to {MAX_REGIONS} regions, each named once",
            field="licensed_regions",
            rule="bank.licensed_regions",
        )
