"""Requests and answers about the organisation, the authority matrix and the products."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from operations.domain.authority import AuthorityMatrix, AuthorityRule
from operations.domain.errors import OrganisationNotValid
from operations.domain.organisation import Bank, Branch, StaffMember
from operations.policy import STAFF_ROLES
from puhui.contracts.common import (
    Code,
    Contract,
    Identifier,
    Months,
    PositiveFen,
    RateBps,
    RegionCode,
    ShortText,
)
from puhui.contracts.disclosure import Fees, ReadingSeconds
from puhui.contracts.operations import LoanProduct, TaskKind
from puhui.contracts.party import CustomerKind
from puhui.contracts.settlement import CN_DEFAULT, SettlementParameters
from puhui.errors import Unprocessable
from puhui.money import Money

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_CODE: TypeAdapter[str] = TypeAdapter(Code)


class BranchBody(Contract):
    """A branch of the bank."""

    branch_id: Identifier
    name: ShortText
    region_code: RegionCode


class BankBody(Contract):
    """The bank as its administrator describes it."""

    name: ShortText
    licensed_regions: Annotated[tuple[RegionCode, ...], Field(min_length=1, max_length=400)]
    branches: Annotated[tuple[BranchBody, ...], Field(min_length=1, max_length=500)]
    rule_edition: Code

    def to_domain(self, bank_id: str) -> Bank:
        """The bank of the principal who sends this."""
        return Bank(
            bank_id=bank_id,
            name=self.name,
            licensed_regions=self.licensed_regions,
            branches=tuple(Branch(**branch.model_dump()) for branch in self.branches),
            rule_edition=self.rule_edition,
        )


class BankView(BankBody):
    """The bank as kept."""

    bank_id: str
    version: int

    @classmethod
    def of(cls, bank: Bank) -> BankView:
        """Show a bank."""
        return cls(
            bank_id=bank.bank_id,
            version=bank.version,
            name=bank.name,
            licensed_regions=bank.licensed_regions,
            branches=tuple(
                BranchBody(branch_id=b.branch_id, name=b.name, region_code=b.region_code)
                for b in bank.branches
            ),
            rule_edition=bank.rule_edition,
        )


class StaffBody(Contract):
    """One account of one person; `employee_no` tells which accounts are the same person."""

    employee_no: Identifier
    display_name: Annotated[str, Field(min_length=1, max_length=60)]
    roles: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]
    branch_id: Identifier | None = None
    active: bool = True

    def to_domain(self, bank_id: str, staff_id: str) -> StaffMember:
        """The member; roles are the platform's own, and `customer` is none of staff."""
        unknown = sorted(set(self.roles) - STAFF_ROLES)
        if unknown:
            raise OrganisationNotValid(
                f"no staff role: {', '.join(unknown)}", field="roles", rule="staff.roles"
            )
        return StaffMember(
            bank_id=bank_id,
            staff_id=_checked(_IDENTIFIER, staff_id, "staff_id"),
            employee_no=self.employee_no,
            display_name=self.display_name,
            roles=frozenset(self.roles),
            branch_id=self.branch_id,
            active=self.active,
        )


class StaffView(Contract):
    """A member of staff as kept."""

    staff_id: str
    employee_no: str
    display_name: str
    roles: tuple[str, ...]
    branch_id: str | None
    active: bool
    version: int

    @classmethod
    def of(cls, member: StaffMember) -> StaffView:
        """Show a member."""
        return cls(
            staff_id=member.staff_id,
            employee_no=member.employee_no,
            display_name=member.display_name,
            roles=tuple(sorted(member.roles)),
            branch_id=member.branch_id,
            active=member.active,
            version=member.version,
        )


class StaffList(Contract):
    """Everybody in the register."""

    items: tuple[StaffView, ...]


class AuthorityRuleBody(Contract):
    """One cell of the authority matrix."""

    role: str
    kind: TaskKind
    max_amount_fen: PositiveFen


class AuthorityBody(Contract):
    """The whole authority matrix."""

    rules: Annotated[tuple[AuthorityRuleBody, ...], Field(min_length=1, max_length=200)]

    def to_domain(self, bank_id: str) -> AuthorityMatrix:
        """The matrix of the principal's bank."""
        unknown = sorted({rule.role for rule in self.rules} - STAFF_ROLES)
        if unknown:
            raise OrganisationNotValid(
                f"no staff role: {', '.join(unknown)}", field="rules", rule="authority.roles"
            )
        return AuthorityMatrix(
            bank_id=bank_id,
            rules=tuple(
                AuthorityRule(role=r.role, kind=r.kind, max_amount=Money(r.max_amount_fen))
                for r in self.rules
            ),
        )


class AuthorityView(Contract):
    """The authority matrix as kept."""

    rules: tuple[AuthorityRuleBody, ...]
    version: int

    @classmethod
    def of(cls, matrix: AuthorityMatrix) -> AuthorityView:
        """Show a matrix."""
        return cls.model_validate(
            {
                "version": matrix.version,
                "rules": [
                    {"role": r.role, "kind": r.kind, "max_amount_fen": r.max_amount.minor}
                    for r in matrix.rules
                ],
            }
        )


class ProductBody(Contract):
    """A loan product as its administrator describes it; the platform numbers its versions."""

    name: ShortText
    customer_kinds: tuple[CustomerKind, ...]
    min_amount_fen: PositiveFen
    max_amount_fen: PositiveFen
    min_rate_bps: RateBps
    max_rate_bps: RateBps
    term_months: tuple[Months, ...]
    repayment_methods: tuple[Code, ...]
    required_facts: tuple[str, ...]
    required_consents: tuple[Code, ...]
    offer_valid_days: Annotated[int, Field(ge=1, le=60)] = 7
    disclosure_reading_seconds: ReadingSeconds = 10
    fees: Fees = ()
    settlement: SettlementParameters = CN_DEFAULT
    effective_from: date
    effective_to: date | None = None

    def to_domain(self, code: str) -> LoanProduct:
        """The draft of a product version."""
        return LoanProduct(code=_checked(_CODE, code, "code"), **self.model_dump())


class ProductList(Contract):
    """Every version of every product, by code and version."""

    items: tuple[LoanProduct, ...]


def _checked(kind: TypeAdapter[str], value: str, field: str) -> str:
    """A part of the path keeps the same form as in a body."""
    try:
        return kind.validate_python(value)
    except ValidationError:
        raise Unprocessable(f"{field} is not well formed", field=field, rule="path") from None
