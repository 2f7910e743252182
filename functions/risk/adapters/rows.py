"""Risk's rows in its one table."""

from __future__ import annotations

from datetime import date

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from puhui.dynamodb import BaseRow, InstantAttribute
from puhui.outbox import OutboxRow
from puhui.tenancy import BankId


class ByApplication(GlobalSecondaryIndex["DecisionRow"]):  # type: ignore[no-untyped-call]
    """Which decisions were made about an application?"""

    class Meta:
        """Names the index as the table's template does."""

        index_name = "by_application"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)


class DecisionRow(BaseRow):
    """One decision: whose it is, the answer, and the record if it is small."""

    gsi1pk = UnicodeAttribute()
    gsi1sk = UnicodeAttribute()
    by_application = ByApplication()
    branch_id = UnicodeAttribute()
    customer_id = UnicodeAttribute()
    verdict = UnicodeAttribute()
    decided_at = InstantAttribute()
    result = UnicodeAttribute()
    record = UnicodeAttribute(null=True)


class DecidedRow(BaseRow):
    """That a decision was made on a day (`BANK#{bank}#DECIDED#{day}`): for whoever reads days.

    A row of its own of some hundred bytes: an index over decisions would copy their records.
    """

    decision_id = UnicodeAttribute()


class RiskOutboxRow(OutboxRow):
    """Events of risk on their way to the bus."""


ROWS = (DecisionRow, DecidedRow, RiskOutboxRow)


def decided_pk(bank_id: BankId, day: date) -> str:
    """The decisions that a bank made on a day in China."""
    return f"BANK#{bank_id}#DECIDED#{day.isoformat()}"
