"""The trail of a bank's own changes in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass

from operations.adapters.organisation_rows import trail_pk
from operations.adapters.task_rows import AuditRow
from operations.ports import TrailPage
from puhui.dynamodb import dynamo_errors


@dataclass(frozen=True)
class DynamoTrails:
    """Lines in the order of time; a cursor is a place in that order and names no bank."""

    def page(self, bank_id: str, cursor: str | None, limit: int) -> TrailPage:
        """Return one page of lines, oldest first."""
        partition = trail_pk(bank_id)
        start = None if cursor is None else {"pk": {"S": partition}, "sk": {"S": cursor}}
        with dynamo_errors():
            found = AuditRow.query(
                partition, consistent_read=True, limit=limit, last_evaluated_key=start
            )
            rows = list(found)
            more = found.last_evaluated_key
        return TrailPage(
            entries=tuple(row.entry() for row in rows),
            cursor=rows[-1].sk if more and rows else None,
        )
