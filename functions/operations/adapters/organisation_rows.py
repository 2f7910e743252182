"""Rows of the organisation and the catalogue, all in their bank's partition."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from puhui.dynamodb import BaseRow, EncryptedAttribute, JsonAttribute
from puhui.inbox import InboxRow
from puhui.outbox import OutboxRow


class BankRow(BaseRow):
    """The bank itself."""

    name = UnicodeAttribute()
    licensed_regions = JsonAttribute()
    branches = JsonAttribute()
    rule_edition = UnicodeAttribute()


class StaffRow(BaseRow):
    """One account of one person; the name is encrypted, the person number is the bank's own."""

    staff_id = UnicodeAttribute()
    employee_no = UnicodeAttribute()
    display_name = EncryptedAttribute()
    roles = JsonAttribute()
    branch_id = UnicodeAttribute(null=True)
    active = BooleanAttribute()


class AuthorityRow(BaseRow):
    """The authority matrix of a bank."""

    rules = JsonAttribute()


class ProductRow(BaseRow):
    """One version of a product; created once, never written again."""

    code = UnicodeAttribute()
    product_version = NumberAttribute()
    product = JsonAttribute()


class OperationsOutboxRow(OutboxRow):
    """An event of operations on its way to the bus."""


class OperationsInboxRow(InboxRow):
    """That operations acted on an event."""


BANK_SK = "PROFILE"
AUTHORITY_SK = "AUTHORITY"
STAFF_PREFIX = "STAFF#"
PRODUCT_PREFIX = "PRODUCT#"


def bank_pk(bank_id: str) -> str:
    """The partition of a bank's organisation and products."""
    return f"BANK#{bank_id}"


def trail_pk(bank_id: str) -> str:
    """The partition of a bank's own trail."""
    return f"BANK#{bank_id}#AUDIT"


def staff_sk(staff_id: str) -> str:
    """Where a staff member lies in the bank's partition."""
    return f"{STAFF_PREFIX}{staff_id}"


def product_sk(code: str, version: int) -> str:
    """Where a product version lies in the bank's partition, in order."""
    return f"{PRODUCT_PREFIX}{code}#{version:06d}"
