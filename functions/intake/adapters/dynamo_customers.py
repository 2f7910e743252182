"""Customers in DynamoDB: personal data encrypted, identities known by fingerprint."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast

from intake.adapters.dynamo_consents import consent_of
from intake.adapters.rows import (
    ConsentRow,
    CustomerRow,
    IdentityRow,
    IntakeRow,
    customer_key,
    identity_key,
)
from intake.domain.consent import MAX_CONSENTS_PER_CUSTOMER
from intake.domain.customer import Customer, PersonalData
from intake.domain.errors import CustomerAlreadyRegistered, CustomerNotFound
from intake.ports import CustomerFile
from puhui.blind_index import BlindIndex
from puhui.contracts.party import CustomerKind
from puhui.dynamodb import dynamo_errors, transaction
from puhui.field_cipher import FieldCipher
from puhui.strict_json import dumps, loads
from puhui.tenancy import BankId

_CUSTOMER = "CUSTOMER"
_IDENTITY = "IDENTITY"


@dataclass(frozen=True)
class DynamoCustomers:
    """One row per customer and one per identity, written together."""

    cipher: FieldCipher
    index: BlindIndex

    def add(self, customer: Customer) -> None:
        """Keep a new customer, or raise CustomerAlreadyRegistered."""
        identity = IdentityRow(
            pk=self._identity_key(customer), sk=_IDENTITY, customer_id=customer.customer_id
        )
        with transaction(conflict=CustomerAlreadyRegistered) as write:
            write.save(identity)
            write.save(self._row(customer))

    def with_identity_of(self, customer: Customer) -> Customer:
        """Return the customer who holds this one's identity, or raise CustomerNotFound."""
        with dynamo_errors(missing=CustomerNotFound):
            identity = IdentityRow.get(
                self._identity_key(customer), _IDENTITY, consistent_read=True
            )
        return self.get(customer.bank_id, identity.customer_id)

    def get(self, bank_id: BankId, customer_id: str) -> Customer:
        """Return the customer, or raise CustomerNotFound."""
        with dynamo_errors(missing=CustomerNotFound):
            row = CustomerRow.get(
                customer_key(bank_id, customer_id), _CUSTOMER, consistent_read=True
            )
        return self._customer(row)

    def file(self, bank_id: BankId, customer_id: str) -> CustomerFile:
        """Return customer and consents in one strongly consistent query."""
        with dynamo_errors():
            rows = list(
                IntakeRow.query(
                    customer_key(bank_id, customer_id),
                    consistent_read=True,
                    limit=MAX_CONSENTS_PER_CUSTOMER + 1,
                )
            )
        customers = [self._customer(row) for row in rows if isinstance(row, CustomerRow)]
        if not customers:
            raise CustomerNotFound
        consents = tuple(consent_of(row) for row in rows if isinstance(row, ConsentRow))
        return CustomerFile(customer=customers[0], consents=consents)

    def _identity_key(self, customer: Customer) -> str:
        field, value = customer.identity
        return identity_key(customer.bank_id, field, self.index.index(field, value))

    def _row(self, customer: Customer) -> CustomerRow:
        row = CustomerRow(
            pk=customer_key(customer.bank_id, customer.customer_id),
            sk=_CUSTOMER,
            bank_id=customer.bank_id,
            customer_id=customer.customer_id,
            branch_id=customer.branch_id,
            customer_kind=customer.kind,
            region_code=customer.region_code,
            industry_section=customer.industry_section,
            established_on=customer.established_on,
            created_by=customer.created_by,
            created_at=customer.created_at,
        )
        row.encrypt_field(
            self.cipher, "personal", dumps(asdict(customer.personal)), bank_id=customer.bank_id
        )
        return row

    def _customer(self, row: CustomerRow) -> Customer:
        personal: dict[str, Any] = loads(row.decrypt_field(self.cipher, "personal"))
        return Customer(
            customer_id=row.customer_id,
            bank_id=BankId(row.bank_id),
            branch_id=row.branch_id,
            kind=cast(CustomerKind, row.customer_kind),
            personal=PersonalData(**personal),
            region_code=row.region_code,
            industry_section=row.industry_section,
            established_on=row.established_on,
            created_by=row.created_by,
            created_at=row.created_at,
            version=row.version or 0,
        )
