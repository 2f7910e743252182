"""Signing's rows in its one table."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from puhui.dynamodb import (
    BaseRow,
    EncryptedAttribute,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from puhui.inbox import InboxRow
from puhui.outbox import OutboxRow


class ContractRow(BaseRow):
    """One contract; the borrower is in it only sealed, the task token only encrypted."""

    bank_name = UnicodeAttribute()
    branch_id = UnicodeAttribute()
    application_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    offer_id = UnicodeAttribute()
    terms_sha256 = UnicodeAttribute()
    product_name = UnicodeAttribute()
    principal = MoneyAttribute()
    party_sealed = UnicodeAttribute()
    task_token = EncryptedAttribute()
    sent_at = InstantAttribute()
    deadline = InstantAttribute()
    issue = NumberAttribute()
    status = UnicodeAttribute()
    delivery = UnicodeAttribute()
    ended_at = InstantAttribute(null=True)
    draft = JsonAttribute(null=True)
    consent = JsonAttribute(null=True)
    seal = JsonAttribute(null=True)
    failure = JsonAttribute(null=True)


class CurrentRow(BaseRow):
    """Which contract is an application's latest."""

    contract_id = UnicodeAttribute()


class RootRow(BaseRow):
    """The certificate authority's root that signing trusts, pinned once."""

    root_pem = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    pinned_at = InstantAttribute()


class SigningOutboxRow(OutboxRow):
    """Events of signing on their way to the bus."""


class SigningInboxRow(InboxRow):
    """Events that signing acted on."""


ROWS = (ContractRow, CurrentRow, RootRow, SigningOutboxRow, SigningInboxRow)
