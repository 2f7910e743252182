"""Where requests to change a loan wait for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from puhui.tenancy import BankId
from servicing.domain.account.change_request import ChangeRequest


class ChangeRequests(Protocol):
    """Requests of all loans; an approval is written by `LoanBooks.record`, with its event."""

    def add(self, request: ChangeRequest) -> None:
        """Keep a new request; raises RequestExists."""

    def get(self, bank_id: BankId, loan_id: str, request_id: str) -> ChangeRequest:
        """The request, read consistently; raises RequestNotFound."""

    def reject(self, decided: ChangeRequest) -> None:
        """Keep a rejection; raises RequestDecided where it is pending no more."""

    def of_loan(self, bank_id: BankId, loan_id: str) -> Sequence[ChangeRequest]:
        """All requests of a loan, oldest first."""
