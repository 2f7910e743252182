"""The rows of a loan's book: its account, its log, and the ids that its events have taken."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import (
    BaseRow,
    DateAttribute,
    InstantAttribute,
    JsonAttribute,
    MoneyAttribute,
)
from servicing.adapters.clearing_rows import ClearingIndexed


class ByPartition(GlobalSecondaryIndex["AccountRow"]):  # type: ignore[no-untyped-call]
    """Which loans of a partition are open, and which have ended since a day?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_partition"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class ByCustomer(GlobalSecondaryIndex["AccountRow"]):  # type: ignore[no-untyped-call]
    """Which loans does a customer have, open or closed?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_customer"
        projection = AllProjection()

    gsi3pk = UnicodeAttribute(hash_key=True)
    gsi3sk = UnicodeAttribute(range_key=True)


class AccountRow(BaseRow):
    """A loan's account at one version of its book, with all that closing a day needs.

    `book_version` counts the changes of the book; it is the condition of the next one.
    """

    gsi2pk = UnicodeAttribute(null=True)
    gsi2sk = UnicodeAttribute(null=True)
    gsi3pk = UnicodeAttribute()
    gsi3sk = UnicodeAttribute()
    by_partition = ByPartition()
    by_customer = ByCustomer()
    book_version = NumberAttribute()
    loan = JsonAttribute()
    profile = UnicodeAttribute()
    terms = JsonAttribute()
    rules = JsonAttribute()
    account = JsonAttribute()
    as_of = DateAttribute()
    status = UnicodeAttribute()
    principal_outstanding = MoneyAttribute()
    days_overdue = NumberAttribute()
    log_head = UnicodeAttribute(null=True)


class LoanEventRow(ClearingIndexed):
    """One event of a loan's log; created once, never changed."""

    event_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    value_date = DateAttribute()
    entered_on = DateAttribute()
    entered_at = InstantAttribute()
    entered_by = UnicodeAttribute(null=True)
    sequence = NumberAttribute()
    happening = JsonAttribute()
    payload_sha256 = UnicodeAttribute()
    posting_id = UnicodeAttribute(null=True)


class EventKeyRow(BaseRow):
    """An event id that is taken, for every bank; who took it is told to nobody else."""

    bank_id = UnicodeAttribute()
    loan_id = UnicodeAttribute()
    sequence = NumberAttribute()
    payload_sha256 = UnicodeAttribute()


class ChangeRequestRow(BaseRow):
    """What a maker asks for, and what a checker made of it."""

    request_id = UnicodeAttribute()
    happening = JsonAttribute()
    requested_for = DateAttribute()
    terms_sha256 = UnicodeAttribute()
    maker = UnicodeAttribute()
    made_at = InstantAttribute()
    valid_until = InstantAttribute()
    state = UnicodeAttribute()
    checker = UnicodeAttribute(null=True)
    decided_at = InstantAttribute(null=True)
    reason = UnicodeAttribute(null=True)


class ServicingBankRow(BaseRow):
    """A bank that has loans here, for the jobs of the night."""
