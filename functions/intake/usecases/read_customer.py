"""Read one customer."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.customer import Customer
from intake.domain.errors import CustomerNotFound
from intake.ports import Customers
from intake.usecases.access import ensure_theirs
from puhui.identity import Principal


@dataclass(frozen=True)
class ReadCustomer:
    """Show a customer to those who may see it."""

    customers: Customers

    def __call__(self, principal: Principal, customer_id: str) -> Customer:
        """Return the customer, or raise CustomerNotFound."""
        customer = self.customers.get(principal.bank_id, customer_id)
        ensure_theirs(principal, "intake.read_customer", customer.protected(), CustomerNotFound)
        return customer
