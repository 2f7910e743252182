"""Changes of loans that one person asks for and another approves (经办、复核)."""

from __future__ import annotations

from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.ids import derived_id
from puhui.observability import metrics
from puhui.tenancy import BankId, bank_id
from servicing.book_schemas import ChangeRequestList, ChangeRequestView, RejectionBody
from servicing.books_wiring import books_wiring
from servicing.event_schemas import (
    EventBody,
    ExtensionBody,
    MisuseBody,
    RenewalBody,
    RestructureBody,
    WaiverBody,
    WriteOffBody,
)
from servicing.usecases.decide_change import Decision
from servicing.usecases.request_change import AskedChange

REQUESTS: dict[str, tuple[type[EventBody], str]] = {
    "waivers": (WaiverBody, "减免申请 Ask to give up an amount that is due"),
    "misuse": (MisuseBody, "挪用认定申请 Ask to let misused principal bear 挪用罚息"),
    "write-off": (WriteOffBody, "核销申请 Ask to take the loan off the balance sheet"),
    "extensions": (ExtensionBody, "展期申请 Ask for more months"),
    "restructures": (RestructureBody, "重组申请 Ask for a new plan for all principal"),
    "renewals": (RenewalBody, "无还本续贷申请 Ask to let the principal go on"),
}
REQUEST = "/loans/{loan_id}/change-requests/{request_id}"


def include_changes(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    for path, (model, summary) in REQUESTS.items():
        _declare_request(routes, path, model, summary)
    _declare_reading(routes)
    _declare_deciding(routes)


def _declare_request(
    routes: ApiRoutes, path: str, body_model: type[EventBody], summary: str
) -> None:
    @routes.post(
        f"/loans/{{loan_id}}/{path}",
        action="servicing.request_change",
        body=body_model,
        returns=ChangeRequestView,
        status=201,
        idempotency_key=True,
        summary=summary,
    )
    def request_change(context: RequestContext, body: EventBody, loan_id: str) -> ChangeRequestView:
        """Nothing is booked until a second person approves it."""
        _reach(context, loan_id)
        who = context.principal
        request = books_wiring().request_change(
            AskedChange(
                bank_id=bank_id(who.bank_id),
                loan_id=loan_id,
                request_id=derived_id("chg", who.bank_id, loan_id, str(context.idempotency_key)),
                what=body.what(),
                maker=who.subject,
                value_date=body.value_date,
            )
        )
        return ChangeRequestView.of(request)


def _declare_reading(routes: ApiRoutes) -> None:
    @routes.get(
        "/loans/{loan_id}/change-requests",
        action="servicing.read_changes",
        returns=ChangeRequestList,
        summary="变更申请清单 Requests to change the loan",
    )
    def list_changes(context: RequestContext, loan_id: str) -> ChangeRequestList:
        """Those that wait, and what became of the others."""
        bank, now = _reach(context, loan_id), books_wiring().clock.now()
        found = books_wiring().requests.of_loan(bank, loan_id)
        return ChangeRequestList(
            items=tuple(ChangeRequestView.of(request.seen_at(now)) for request in found)
        )


def _declare_deciding(routes: ApiRoutes) -> None:
    @routes.post(
        f"{REQUEST}/approval",
        action="servicing.decide_change",
        body=None,
        returns=ChangeRequestView,
        summary="复核通过 Approve a request of another person and book it",
    )
    def approve(context: RequestContext, loan_id: str, request_id: str) -> ChangeRequestView:
        """Approval and event are one transaction; a loan that has changed since is refused."""
        decided = books_wiring().approve_change(_decision(context, loan_id, request_id))
        metrics.count("ChangeApproved", bank_id=decided.bank_id, kind=decided.what.kind.value)
        return ChangeRequestView.of(decided)

    @routes.post(
        f"{REQUEST}/rejection",
        action="servicing.decide_change",
        body=RejectionBody,
        returns=ChangeRequestView,
        summary="复核退回 Send a request back",
    )
    def reject(
        context: RequestContext, body: RejectionBody, loan_id: str, request_id: str
    ) -> ChangeRequestView:
        """Nothing is booked."""
        decision = _decision(context, loan_id, request_id, body.reason)
        return ChangeRequestView.of(books_wiring().reject_change(decision))


def _decision(context: RequestContext, loan_id: str, request_id: str, reason: str = "") -> Decision:
    return Decision(
        bank_id=_reach(context, loan_id),
        loan_id=loan_id,
        request_id=request_id,
        checker=context.principal.subject,
        reason=reason,
    )


def _reach(context: RequestContext, loan_id: str) -> BankId:
    """The bank, if this principal may do this to the loan."""
    bank = bank_id(context.principal.bank_id)
    loan = books_wiring().books.get(bank, loan_id).loan
    context.authorise(Protected(bank_id=bank, branch=loan.branch_id, owner_id=loan.customer_id))
    return bank
