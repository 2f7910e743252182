"""What happens to loans: money events, corrections, and changes that two people agree to."""

from __future__ import annotations

from datetime import date

from puhui.errors import Unprocessable
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.ids import derived_id
from puhui.observability import metrics
from puhui.tenancy import bank_id
from servicing.book_schemas import (
    AccountView,
    EventList,
    EventView,
    PayoffQuery,
    PayoffView,
)
from servicing.books_wiring import books_wiring
from servicing.change_api import include_changes
from servicing.domain.account.book import LoanBook
from servicing.domain.account.events import Happening, Reversal
from servicing.domain.account.fold import brought_to
from servicing.domain.account.payoff import payoff_of
from servicing.event_schemas import (
    EventBody,
    PayoffBody,
    PrepaymentBody,
    RateResetBody,
    RecoveryBody,
    RefundBody,
    RepaymentBody,
    ReversalBody,
)
from servicing.policy import POLICY
from servicing.schemas import VoucherView
from servicing.usecases.record_event import AskedEvent

routes = ApiRoutes("servicing", policy=POLICY)
include_changes(routes)

MONEY_EVENTS: dict[str, tuple[type[EventBody], str]] = {
    "repayments": (RepaymentBody, "还款 Repay what is due; what is left over is kept"),
    "prepayments": (PrepaymentBody, "提前还款 Repay principal before its day"),
    "payoff": (PayoffBody, "提前结清 Settle the loan, to the 分"),
    "rate-resets": (RateResetBody, "利率重定价 Another rate from a day on"),
    "recoveries": (RecoveryBody, "核销收回 Money for a loan that was written off"),
    "refunds": (RefundBody, "退款 Give back what was paid too much"),
}


def _book(context: RequestContext, loan_id: str) -> LoanBook:
    """The book, if this principal may do this to it."""
    book = books_wiring().books.get(bank_id(context.principal.bank_id), loan_id)
    loan = book.loan
    context.authorise(
        Protected(bank_id=loan.bank_id, branch=loan.branch_id, owner_id=loan.customer_id)
    )
    return book


def _today(context: RequestContext) -> date:
    """The accounting day of the principal's bank."""
    return books_wiring().calendar.today(bank_id(context.principal.bank_id))


def _is_customer(context: RequestContext) -> bool:
    return "customer" in context.principal.roles


def _recorded(
    context: RequestContext, loan_id: str, what: Happening, value_date: date | None
) -> EventView:
    """Enter an event under the client's key: for one bank, one key is one event."""
    _book(context, loan_id)
    who = context.principal
    recorded = books_wiring().record_event(
        AskedEvent(
            bank_id=bank_id(who.bank_id),
            loan_id=loan_id,
            event_id=derived_id("evt", who.bank_id, str(context.idempotency_key)),
            what=what,
            value_date=value_date,
            by=who.subject,
        )
    )
    if recorded.is_new:
        metrics.count("LoanEventRecorded", bank_id=who.bank_id, kind=recorded.event.kind.value)
    return EventView.of(loan_id, recorded.event, reversed_by=None, for_customer=False)


def _declare(path: str, body_model: type[EventBody], summary: str) -> None:
    @routes.post(
        f"/loans/{{loan_id}}/{path}",
        action="servicing.record_event",
        body=body_model,
        returns=EventView,
        status=201,
        idempotency_key=True,
        summary=summary,
    )
    def record(context: RequestContext, body: EventBody, loan_id: str) -> EventView:
        """A repetition is answered with the first event; another meaning of the key is refused."""
        return _recorded(context, loan_id, body.what(), body.value_date)


for _path, (_model, _summary) in MONEY_EVENTS.items():
    _declare(_path, _model, _summary)


@routes.post(
    "/loans/{loan_id}/events/{event_id}/reversal",
    action="servicing.reverse_event",
    body=ReversalBody,
    returns=EventView,
    status=201,
    idempotency_key=True,
    summary="冲正 Take an event back, once; the loan is as if it had never been",
)
def reverse(context: RequestContext, body: ReversalBody, loan_id: str, event_id: str) -> EventView:
    """The event itself stays in the log."""
    return _recorded(context, loan_id, body.what_of(event_id), None)


@routes.get(
    "/loans/{loan_id}/payoff",
    action="servicing.read_account",
    query=PayoffQuery,
    returns=PayoffView,
    summary="提前结清试算 What settles the loan on a day",
)
def try_payoff(context: RequestContext, query: PayoffQuery, loan_id: str) -> PayoffView:
    """As things stand; a payment in between changes it."""
    book = _book(context, loan_id)
    account, today = book.account, books_wiring().calendar.today(book.loan.bank_id)
    day = query.on or max(today, account.day)
    if day < account.day:
        raise Unprocessable(
            f"the account stands at {account.day}", field="on", rule="payoff.day_past"
        )
    account = brought_to(account, day)
    return PayoffView.of(loan_id, account, payoff_of(account))


@routes.get(
    "/loans/{loan_id}/account",
    action="servicing.read_account",
    returns=AccountView,
    summary="贷款账户 What is owed, due and to come, at the opening of the accounting day",
)
def read_account(context: RequestContext, loan_id: str) -> AccountView:
    """The stored account, brought to today."""
    book = _book(context, loan_id)
    today = max(books_wiring().calendar.today(book.loan.bank_id), book.account.day)
    account = brought_to(book.account, today)
    return AccountView.of(book.loan, account, for_customer=_is_customer(context))


@routes.get(
    "/loans/{loan_id}/events",
    action="servicing.read_account",
    returns=EventList,
    summary="贷款流水 The loan's log",
)
def read_events(context: RequestContext, loan_id: str) -> EventList:
    """Everything that was entered, also what was taken back."""
    events = _book(context, loan_id).events
    taken_back = {e.what.reverses: e.event_id for e in events if isinstance(e.what, Reversal)}
    return EventList(
        items=tuple(
            EventView.of(
                loan_id,
                event,
                reversed_by=taken_back.get(event.event_id),
                for_customer=_is_customer(context),
            )
            for event in events
        )
    )


@routes.get(
    "/ledger/postings/{posting_id}",
    action="servicing.read_transfer",
    returns=VoucherView,
    summary="记账凭证 The voucher of a posting",
)
def read_posting(context: RequestContext, posting_id: str) -> VoucherView:
    """One voucher with its entries."""
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return VoucherView.of(books_wiring().audits.posting(bank, posting_id))
