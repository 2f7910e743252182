"""Requests to change loans in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from puhui.dynamodb import dynamo_errors
from puhui.tenancy import BankId
from servicing.adapters.account_rows import ChangeRequestRow
from servicing.adapters.change_rows import (
    decision_update,
    request_key,
    request_of,
    request_row,
)
from servicing.adapters.commit import Committer, Put
from servicing.domain.account.change_request import (
    ChangeRequest,
    RequestExists,
    RequestNotFound,
)

MAX_REQUESTS: Final = 500
"""Of one loan; more are not asked in its life."""


class DynamoChangeRequests:
    """`servicing.change_ports.ChangeRequests` on servicing's table."""

    def __init__(self, commit: Committer | None = None) -> None:
        self._commit = commit or Committer()

    def add(self, request: ChangeRequest) -> None:
        """One row that must not be there yet."""
        self._commit([Put(row=request_row(request), refused=RequestExists)])

    def get(self, bank_id: BankId, loan_id: str, request_id: str) -> ChangeRequest:
        """One consistent read."""
        with dynamo_errors(missing=RequestNotFound):
            row = ChangeRequestRow.get(
                *request_key(bank_id, loan_id, request_id), consistent_read=True
            )
        return request_of(bank_id, loan_id, row)

    def reject(self, decided: ChangeRequest) -> None:
        """The row moves from pending to its end, once."""
        self._commit([decision_update(decided)])

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[ChangeRequest]:
        """One consistent query."""
        pk, _ = request_key(bank_id, loan_id, "")
        with dynamo_errors():
            rows = list(ChangeRequestRow.query(pk, consistent_read=True, limit=MAX_REQUESTS))
        found = [request_of(bank_id, loan_id, row) for row in rows]
        return sorted(found, key=lambda request: request.made_at)
