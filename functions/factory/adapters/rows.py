"""The factory's rows in its one table."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import BaseRow
from puhui.idempotency import RequestRow
from puhui.outbox import OutboxRow


class ByCustomer(GlobalSecondaryIndex["ApplicationRow"]):  # type: ignore[no-untyped-call]
    """Which applications does a customer have?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_customer"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class ApplicationRow(BaseRow):
    """One application in work: a few columns that conditions need, the rest as JSON."""

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    by_customer = ByCustomer()
    status = UnicodeAttribute()
    withdrawn = BooleanAttribute()
    attempt = NumberAttribute()
    disbursement_no = NumberAttribute()
    accepted_terms = UnicodeAttribute(null=True)
    contract_id = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    submission = UnicodeAttribute()
    offer = UnicodeAttribute(null=True)
    ending = UnicodeAttribute(null=True)


class LimitRow(BaseRow):
    """How much of a customer's limit is occupied, in 分."""

    occupied_fen = NumberAttribute()


class OccupationRow(BaseRow):
    """One disbursement's claim on the limit."""

    application_id = UnicodeAttribute()
    amount_fen = NumberAttribute()
    released = BooleanAttribute()


class PaymentRow(BaseRow):
    """A payment intent and what is known of it."""

    amount_fen = NumberAttribute()
    state = UnicodeAttribute()
    bank_reference = UnicodeAttribute(null=True)


class FactoryOutboxRow(OutboxRow):
    """Events of the factory on their way to the bus."""


class FactoryRequestRow(RequestRow):
    """Requests of the factory's API that may be repeated."""


ROWS = (
    ApplicationRow,
    LimitRow,
    OccupationRow,
    PaymentRow,
    FactoryOutboxRow,
    FactoryRequestRow,
)
