"""Register a customer with the bank, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from intake.domain.customer import Customer, PersonalData, check_customer
from intake.domain.errors import (
    CustomerAlreadyRegistered,
    CustomerNotFound,
    CustomerNotValid,
    TooManyRefusals,
)
from intake.ports import Customers, Refusals
from intake.usecases.access import claimed_id, ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.contracts.party import CustomerKind
from puhui.identity import Principal
from puhui.ids import new_id

MAX_REFUSALS_PER_DAY = 20
"""More than a manager mistypes, far fewer than it takes to search a list of firms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCustomerCommand:
    """Who registers whom; `branch_id` may be left out by staff, who have one."""

    principal: Principal
    kind: CustomerKind
    personal: PersonalData = field(repr=False)
    region_code: str
    industry_section: str
    established_on: date | None
    branch_id: str | None


@dataclass(frozen=True)
class RegisterCustomer:
    """Check the data, then keep a customer that the bank does not have yet.

    A refusal tells that somebody is a customer. So few are given to one person in a day that
    nobody can find out by trying who banks here.
    """

    customers: Customers
    refusals: Refusals
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: RegisterCustomerCommand) -> Customer:
        """Return the customer; the same registration by the same people finds the first one."""
        customer = self._customer(command)
        ensure_theirs(
            command.principal, "intake.create_customer", customer.protected(), CustomerNotFound
        )
        check_customer(customer, self.calendar.today())
        self._check_quota(command.principal)
        try:
            self.customers.add(customer)
        except CustomerAlreadyRegistered as error:
            return self._earlier(customer, command.principal, error)
        return customer

    def _check_quota(self, principal: Principal) -> None:
        """The quota follows the clock: it guards the system and decides nothing about a loan."""
        day = self.clock.now().date()
        if self.refusals.count(principal.bank_id, principal.subject, day) >= MAX_REFUSALS_PER_DAY:
            raise TooManyRefusals(rule="customers.refusals")

    def _customer(self, command: RegisterCustomerCommand) -> Customer:
        """A customer registers under the id in the token; staff register under a new id."""
        principal = command.principal
        branch_id = command.branch_id or principal.branch
        if branch_id is None:
            raise CustomerNotValid(
                "the branch is needed", field="branch_id", rule="branch.required"
            )
        return Customer(
            customer_id=(
                claimed_id(principal.customer_id, "customer_id")
                if principal.customer_id
                else new_id("cust")
            ),
            bank_id=principal.bank_id,
            branch_id=claimed_id(branch_id, "branch"),
            kind=command.kind,
            personal=command.personal,
            region_code=command.region_code,
            industry_section=command.industry_section,
            established_on=command.established_on,
            created_by=principal.subject,
            created_at=self.clock.now(),
        )

    def _earlier(
        self, customer: Customer, principal: Principal, error: CustomerAlreadyRegistered
    ) -> Customer:
        """The customer on file, for those who may see it and typed the same; else a conflict."""
        try:
            known = self.customers.with_identity_of(customer)
            ensure_theirs(principal, "intake.read_customer", known.protected(), CustomerNotFound)
        except CustomerNotFound:
            known = None
        if known is not None and known.same_details_as(customer):
            return known
        self.refusals.note(principal.bank_id, principal.subject, self.clock.now().date())
        raise error
