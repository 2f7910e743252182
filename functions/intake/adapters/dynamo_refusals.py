"""Counts of refused registrations in DynamoDB, one row per person and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from intake.adapters.rows import RefusalsRow, refusals_key
from intake.domain.errors import CustomerNotFound
from puhui.dynamodb import dynamo_errors
from puhui.tenancy import BankId

KEPT = timedelta(days=3)
"""How long a count is kept after its day began, whatever the time zone."""


@dataclass(frozen=True)
class DynamoRefusals:
    """The count is raised in place, so that refusals at once are all counted."""

    def count(self, bank_id: BankId, subject: str, day: date) -> int:
        """Return how often this happened on a day."""
        try:
            with dynamo_errors(missing=CustomerNotFound):
                row = RefusalsRow.get(
                    refusals_key(bank_id, subject), _sort_key(day), consistent_read=True
                )
        except CustomerNotFound:
            return 0
        return int(row.refused)

    def note(self, bank_id: BankId, subject: str, day: date) -> None:
        """Remember that it happened once more."""
        row = RefusalsRow(pk=refusals_key(bank_id, subject), sk=_sort_key(day))
        begins = datetime.combine(day, time.min, UTC)
        with dynamo_errors():
            row.update(
                actions=[
                    RefusalsRow.refused.add(1),
                    RefusalsRow.kind.set(RefusalsRow),
                    RefusalsRow.expires_at.set(begins + KEPT),
                ],
                add_version_condition=False,
            )


def _sort_key(day: date) -> str:
    return f"DAY#{day.isoformat()}"
