"""List a customer's consents."""

from __future__ import annotations

from dataclasses import dataclass

from intake.domain.consent import Consent
from intake.domain.errors import CustomerNotFound
from intake.ports import Customers
from intake.usecases.access import ensure_theirs
from puhui.identity import Principal


@dataclass(frozen=True)
class ListConsents:
    """Show all consents of a customer, dead ones too, to those who may see them."""

    customers: Customers

    def __call__(self, principal: Principal, customer_id: str) -> tuple[Consent, ...]:
        """Return the consents, newest first."""
        file = self.customers.file(principal.bank_id, customer_id)
        ensure_theirs(
            principal, "intake.read_consents", file.customer.protected(), CustomerNotFound
        )
        return tuple(sorted(file.consents, key=lambda one: one.created_at, reverse=True))
