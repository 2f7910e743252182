"""A transfer's row, and its place in the index of what is promised and not resolved."""

from __future__ import annotations

from datetime import date
from typing import Final

from pynamodb.attributes import UnicodeAttribute

from puhui.dynamodb import DateAttribute, MoneyAttribute
from servicing.adapters.work_rows import ByWork, WorkRow

PENDING_TRANSFERS: Final = "TRANSFER#PENDING"
"""The index partition of what every bank promised; nearly always empty."""


class TransferRow(WorkRow):
    """A transfer and how far it has come."""

    by_work = ByWork()
    bank_id = UnicodeAttribute()
    disbursement_id = UnicodeAttribute()
    application_id = UnicodeAttribute()
    customer_id = UnicodeAttribute(null=True)
    branch_id = UnicodeAttribute(null=True)
    amount = MoneyAttribute()
    debit = UnicodeAttribute()
    credit = UnicodeAttribute()
    terms_sha256 = UnicodeAttribute(null=True)
    payload_sha256 = UnicodeAttribute(null=True)
    reserved_on = DateAttribute()
    expires_on = DateAttribute(null=True)
    state = UnicodeAttribute()
    resolved_on = DateAttribute(null=True)
    bank_reference = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    disclosure_sha256 = UnicodeAttribute(null=True)


def pending_place(deadline: date, transfer_id: str) -> str:
    """The place of a pending transfer: whose deadline is next is first."""
    return f"{deadline.isoformat()}#{transfer_id}"
