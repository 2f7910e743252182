"""Between requests to change a loan and their rows."""

from __future__ import annotations

from typing import Any

from puhui.tenancy import BankId
from servicing.adapters.account_rows import ChangeRequestRow
from servicing.adapters.commit import Update
from servicing.adapters.rows import REQUEST_PREFIX, loan_pk
from servicing.domain.account.change_request import (
    ChangeRequest,
    RequestDecided,
    RequestState,
)
from servicing.domain.account.event_values import of_values, values_of


def request_key(bank_id: BankId, loan_id: str, request_id: str) -> tuple[str, str]:
    """Where a request lies: with the loan that it is about."""
    return f"{loan_pk(bank_id, loan_id)}#REQUESTS", REQUEST_PREFIX + request_id


def request_row(request: ChangeRequest) -> ChangeRequestRow:
    """The row of a new request."""
    return ChangeRequestRow(
        *request_key(request.bank_id, request.loan_id, request.request_id),
        request_id=request.request_id,
        happening=values_of(request.what),
        requested_for=request.value_date,
        terms_sha256=request.terms_sha256,
        maker=request.maker,
        made_at=request.made_at,
        valid_until=request.expires_at,
        state=request.state.value,
    )


def request_of(bank_id: BankId, loan_id: str, row: ChangeRequestRow) -> ChangeRequest:
    """The request in a row."""
    return ChangeRequest(
        bank_id=bank_id,
        loan_id=loan_id,
        request_id=row.request_id,
        what=of_values(row.happening),
        value_date=row.requested_for,
        terms_sha256=row.terms_sha256,
        maker=row.maker,
        made_at=row.made_at,
        expires_at=row.valid_until,
        state=RequestState(row.state),
        checker=row.checker or "",
        decided_at=row.decided_at,
        reason=row.reason or "",
    )


def decision_update(decided: ChangeRequest) -> Update:
    """A decision, if the request is pending and was made by somebody else: 经办与复核分离."""
    row = ChangeRequestRow
    changes: list[tuple[Any, object]] = [
        (row.state, decided.state.value),
        (row.checker, decided.checker),
        (row.decided_at, decided.decided_at),
        (row.reason, decided.reason or None),
    ]
    return Update(
        row=row(*request_key(decided.bank_id, decided.loan_id, decided.request_id)),
        actions=[field.set(value) for field, value in changes if value is not None],
        condition=(row.state == RequestState.PENDING.value) & (row.maker != decided.checker),
        refused=RequestDecided,
    )
