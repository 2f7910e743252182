"""The watches over loans in DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from puhui.dynamodb import dynamo_errors
from puhui.tenancy import BankId
from servicing.adapters.commit import Committer, Put
from servicing.adapters.watch_rows import (
    WATCH_SK,
    WatchRow,
    watch_of,
    watch_pk,
    watch_row,
    watches_key,
)
from servicing.domain.errors import WatchNotFound
from servicing.domain.warning.watch import LoanWatch


class DynamoWatches:
    """`servicing.warning_ports.Watches` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def get(self, bank_id: BankId, loan_id: str) -> LoanWatch:
        """One consistent read."""
        with dynamo_errors(missing=WatchNotFound):
            row = WatchRow.get(watch_pk(bank_id, loan_id), WATCH_SK, consistent_read=True)
        return watch_of(row)

    def of_loans(self, bank_id: BankId, loan_ids: Sequence[str]) -> Mapping[str, LoanWatch]:
        """Consistent reads in batches."""
        keys = [(watch_pk(bank_id, loan_id), WATCH_SK) for loan_id in loan_ids]
        with dynamo_errors():
            rows = WatchRow.batch_get(keys, consistent_read=True)
            return {row.loan_id: watch_of(row) for row in rows}

    def save(self, watch: LoanWatch) -> None:
        """One write over the version that was read."""
        self._commit([Put(row=watch_row(watch))])

    def due(self, bank_id: BankId, on: date, limit: int) -> Sequence[str]:
        """One query of the index."""
        with dynamo_errors():
            rows = WatchRow.by_work.query(
                watches_key(bank_id), WatchRow.gsi4sk < f"{on.isoformat()}~", limit=limit
            )
            return [row.loan_id for row in rows]
