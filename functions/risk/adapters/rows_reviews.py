"""Rows of reviews: each beside its decision, found by status in the order of deadlines."""

from __future__ import annotations

from typing import Final

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import BaseRow
from puhui.tenancy import BankId
from risk.adapters.rows_sealed import SealedRow

REVIEW_SK: Final = "REVIEW"


class ByStatus(GlobalSecondaryIndex["ReviewRow"]):  # type: ignore[no-untyped-call]
    """Which reviews wait for somebody?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_status"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True)
    gsi2sk = UnicodeAttribute(range_key=True)


class ReviewRow(SealedRow):
    """A review; what the customer and the reviewer wrote is inside the encrypted body."""

    gsi2pk = UnicodeAttribute()
    gsi2sk = UnicodeAttribute()
    by_status = ByStatus()


REVIEW_ROWS: Final[tuple[type[BaseRow], ...]] = (ReviewRow,)


def review_pk(bank_id: BankId, decision_id: str) -> str:
    """The decision's own partition."""
    return f"BANK#{bank_id}#DECISION#{decision_id}"


def status_pk(bank_id: BankId, status: str) -> str:
    """The reviews of a bank at a stage."""
    return f"BANK#{bank_id}#REVIEWS#{status}"
