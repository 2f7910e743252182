"""Draft an application."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from intake.domain.application import LoanApplication
from intake.domain.customer import Customer
from intake.domain.errors import ApplicationAlreadyExists, CustomerNotFound, IdempotencyKeyReused
from intake.domain.product import check_terms, product_on_sale
from intake.domain.timeline import Timeline
from intake.ports import Applications, Customers, Products
from intake.usecases.access import claimed_id, ensure_theirs
from puhui.clock import BusinessCalendar, Clock
from puhui.identity import Principal
from puhui.ids import derived_id
from puhui.money import Money
from puhui.strict_json import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApplicationCommand:
    """What is asked for, and the client's key that makes asking twice harmless."""

    principal: Principal
    idempotency_key: str
    customer_id: str
    product_code: str
    amount: Money
    term_months: int
    repayment_method: str
    purpose: str
    document_ids: tuple[str, ...]

    @property
    def payload_sha256(self) -> str:
        """The hash by which the same request is told from another one under the same key."""
        payload = {
            "customer_id": self.customer_id,
            "product_code": self.product_code,
            "amount": [self.amount.minor, self.amount.currency],
            "term_months": self.term_months,
            "repayment_method": self.repayment_method,
            "purpose": self.purpose,
            "document_ids": list(self.document_ids),
        }
        return hashlib.sha256(dumps(payload).encode()).hexdigest()


@dataclass(frozen=True)
class DraftApplication:
    """Keep a new draft that its product allows.

    The application's id comes from bank, person and Idempotency-Key, and the write refuses an
    id that exists: the row is its own idempotency record, so no crash can part the two.
    """

    customers: Customers
    applications: Applications
    products: Products
    clock: Clock
    calendar: BusinessCalendar

    def __call__(self, command: DraftApplicationCommand) -> LoanApplication:
        """Return the draft; the same request again returns the application it led to."""
        bank_id = command.principal.bank_id
        customer = self.customers.get(bank_id, command.customer_id)
        ensure_theirs(
            command.principal, "intake.create_application", customer.protected(), CustomerNotFound
        )
        draft = self._draft(command, customer)
        versions = self.products.versions(bank_id, command.product_code)
        check_terms(draft, product_on_sale(versions, self.calendar.today()), customer.kind)
        try:
            self.applications.add(draft)
        except ApplicationAlreadyExists:
            return self._earlier(draft)
        return draft

    def _draft(self, command: DraftApplicationCommand, customer: Customer) -> LoanApplication:
        principal, now = command.principal, self.clock.now()
        maker = None if principal.is_customer else claimed_id(principal.subject, "sub")
        return LoanApplication(
            application_id=derived_id(
                "app", principal.bank_id, principal.subject, command.idempotency_key
            ),
            bank_id=customer.bank_id,
            branch_id=customer.branch_id,
            customer_id=customer.customer_id,
            product_code=command.product_code,
            amount=command.amount,
            term_months=command.term_months,
            repayment_method=command.repayment_method,
            purpose=command.purpose,
            document_ids=command.document_ids,
            payload_sha256=command.payload_sha256,
            created_by=principal.subject,
            created_at=now,
            relationship_manager_id=maker,
            timeline=Timeline().with_milestone("created", now),
        )

    def _earlier(self, draft: LoanApplication) -> LoanApplication:
        earlier = self.applications.get(draft.bank_id, draft.application_id)
        if earlier.payload_sha256 != draft.payload_sha256:
            raise IdempotencyKeyReused(field="Idempotency-Key", rule="idempotency.payload")
        return earlier
