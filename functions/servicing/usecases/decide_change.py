"""Decide change (复核): a second person books what was asked for, or sends it back."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.tenancy import BankId
from servicing.change_ports import ChangeRequests
from servicing.domain.account.change_request import ChangeRequest, RequestState
from servicing.usecases.record_event import AskedEvent, RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides about which request; a rejection says why."""

    bank_id: BankId
    loan_id: str
    request_id: str
    checker: str
    reason: str = ""


@dataclass(frozen=True)
class ApproveChange:
    """Book a request: its event and its approval are one transaction, and only once.

    Raises OwnRequest for its maker, TermsChanged where the loan has changed, RequestDecided.
    """

    requests: ChangeRequests
    record_event: RecordEvent
    clock: Clock

    def __call__(self, decision: Decision) -> ChangeRequest:
        request = self.requests.get(decision.bank_id, decision.loan_id, decision.request_id)
        if request.state is RequestState.APPROVED and request.checker == decision.checker:
            return request
        approved = request.approved(decision.checker, self.clock.now())
        self.record_event(
            AskedEvent(
                bank_id=request.bank_id,
                loan_id=request.loan_id,
                event_id=request.event_id,
                what=request.what,
                value_date=request.value_date,
                by=request.maker,
                approval=approved,
            )
        )
        return self.requests.get(decision.bank_id, decision.loan_id, decision.request_id)


@dataclass(frozen=True)
class RejectChange:
    """Send a request back; a repetition by the same person answers the same."""

    requests: ChangeRequests
    clock: Clock

    def __call__(self, decision: Decision) -> ChangeRequest:
        request = self.requests.get(decision.bank_id, decision.loan_id, decision.request_id)
        if request.state is RequestState.REJECTED and request.checker == decision.checker:
            return request
        rejected = request.rejected(decision.checker, self.clock.now(), decision.reason)
        self.requests.reject(rejected)
        return rejected
