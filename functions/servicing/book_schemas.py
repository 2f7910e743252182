"""What the API of loan books takes and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from puhui.contracts.common import (
    Contract,
    Fen,
    RateBps,
    SignedFen,
)
from puhui.money import Money
from servicing.domain.account.account import Account, position_of
from servicing.domain.account.books import balances_of
from servicing.domain.account.change_request import REQUEST_NAMES, ChangeRequest
from servicing.domain.account.event_values import values_of
from servicing.domain.account.events import (
    KIND_NAMES,
    LoanEvent,
)
from servicing.domain.account.payoff import PayoffAmount
from servicing.domain.account.position import STATUS_NAMES, LoanPosition, LoanStatus
from servicing.domain.accounts import CHART
from servicing.domain.loan import Loan


class EventView(Contract):
    """One event of a loan, as it stands in the log."""

    loan_id: str
    event_id: str
    sequence: int
    kind: str
    kind_name: str
    value_date: date
    entered_on: date
    posting_id: str | None
    details: dict[str, Any]
    entered_by: str | None
    reversed_by: str | None

    @classmethod
    def of(
        cls, loan_id: str, event: LoanEvent, *, reversed_by: str | None, for_customer: bool
    ) -> EventView:
        """The view; who entered it, and where it is booked, are the bank's own business."""
        details = {name: v for name, v in values_of(event.what).items() if name != "kind"}
        return cls(
            loan_id=loan_id,
            event_id=event.event_id,
            sequence=event.sequence,
            kind=event.kind.value,
            kind_name=KIND_NAMES[event.kind],
            value_date=event.value_date,
            entered_on=event.entered_on,
            posting_id=None if for_customer else event.posting_id,
            details=details,
            entered_by=None if for_customer else event.entered_by or None,
            reversed_by=reversed_by,
        )


class EventList(Contract):
    """A loan's log, oldest entry first."""

    items: tuple[EventView, ...]


class PayoffQuery(Contract):
    """For which day to say what settles the loan; the accounting day unless given."""

    on: date | None = None


class PayoffView(Contract):
    """提前结清试算: what settles a loan at the opening of a day, part by part."""

    loan_id: str
    on: date
    principal_fen: Fen
    interest_fen: Fen
    late_fen: Fen
    fee_fen: Fen
    held_fen: Fen
    total_fen: Fen

    @classmethod
    def of(cls, loan_id: str, account: Account, amount: PayoffAmount) -> PayoffView:
        """The view."""
        return cls(
            loan_id=loan_id,
            on=account.day,
            principal_fen=amount.principal,
            interest_fen=amount.interest,
            late_fen=amount.late,
            fee_fen=amount.fee,
            held_fen=amount.held,
            total_fen=amount.total,
        )


class DueView(Contract):
    """An instalment that fell due, and what of it is unpaid."""

    n: int
    due_date: date
    principal_fen: Fen
    interest_fen: Fen
    unpaid_fen: Fen
    settled_on: date | None


class ComingView(Contract):
    """An instalment to come."""

    n: int
    due_date: date
    principal_fen: Fen
    interest_fen: Fen


class BalanceView(Contract):
    """What the ledger holds of an account for the loan; debits positive."""

    account_code: str
    account_name: str
    balance_fen: SignedFen


class AccountView(Contract):
    """A loan's account (贷款账户) at the opening of a day."""

    loan_id: str
    as_of: date
    status: str
    status_name: str
    annual_rate_bps: RateBps
    matures_on: date
    principal_fen: Fen
    principal_overdue_fen: Fen
    misused_principal_fen: Fen
    interest_due_fen: Fen
    interest_accrued_fen: Fen
    penalty_due_fen: Fen
    compound_due_fen: Fen
    due_now_fen: Fen
    held_fen: Fen
    days_overdue: int
    next_due_date: date | None
    next_due_fen: Fen
    in_words: str
    due: tuple[DueView, ...]
    coming: tuple[ComingView, ...]
    balances: tuple[BalanceView, ...]

    @classmethod
    def of(cls, loan: Loan, account: Account, *, for_customer: bool) -> AccountView:
        """The view; balances of the ledger are the bank's own business."""
        position = position_of(loan, account)
        return cls(
            loan_id=loan.loan_id,
            as_of=position.as_of,
            status=position.status.value,
            status_name=STATUS_NAMES[position.status],
            annual_rate_bps=position.annual_rate_bps,
            matures_on=position.matures_on,
            principal_fen=position.principal_outstanding.minor,
            principal_overdue_fen=position.principal_overdue.minor,
            misused_principal_fen=position.misused_principal.minor,
            interest_due_fen=position.interest_due.minor,
            interest_accrued_fen=position.interest_accrued.minor,
            penalty_due_fen=position.penalty_due.minor,
            compound_due_fen=position.compound_due.minor,
            due_now_fen=account.due_now,
            held_fen=account.held,
            days_overdue=position.days_overdue,
            next_due_date=position.next_due_date,
            next_due_fen=position.next_due_amount.minor,
            in_words=in_words(position, Money(account.due_now)),
            due=_due(account),
            coming=_coming(account),
            balances=() if for_customer else _balances(account),
        )


def in_words(position: LoanPosition, due_now: Money) -> str:
    """What a borrower needs to know of his loan today."""
    if position.status is LoanStatus.SETTLED:
        return "贷款已结清。"
    if position.status is LoanStatus.WRITTEN_OFF:
        return "贷款已作内部处理，欠款仍需归还，请联系经办机构。"
    owed = f"剩余本金{position.principal_outstanding.yuan:,.2f}元。"
    if position.days_overdue:
        return f"{owed}已逾期{position.days_overdue}天，请尽快归还{due_now.yuan:,.2f}元。"
    if due_now.is_positive:
        return f"{owed}今日应还{due_now.yuan:,.2f}元。"
    if position.next_due_date is None:
        return owed
    day, amount = position.next_due_date, position.next_due_amount.yuan
    return f"{owed}下次还款日{day.year}年{day.month}月{day.day}日，应还{amount:,.2f}元。"


def _due(account: Account) -> tuple[DueView, ...]:
    return tuple(
        DueView(
            n=due.n,
            due_date=due.due_date,
            principal_fen=due.principal,
            interest_fen=due.interest,
            unpaid_fen=due.unpaid_in_all(account.day, account.rules),
            settled_on=due.settled_on,
        )
        for due in account.dues
    )


def _coming(account: Account) -> tuple[ComingView, ...]:
    rows = account.rows if account.closed_on is None else ()
    return tuple(
        ComingView(
            n=row.n, due_date=row.due_date, principal_fen=row.principal, interest_fen=row.interest
        )
        for row in rows
    )


def _balances(account: Account) -> tuple[BalanceView, ...]:
    return tuple(
        BalanceView(account_code=code, account_name=CHART[code].name, balance_fen=fen)
        for code, fen in sorted(balances_of(account).items())
    )


class RejectionBody(Contract):
    """Why a request is sent back."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ChangeRequestView(Contract):
    """A request that waits for a second person, or what became of it."""

    loan_id: str
    request_id: str
    kind: str
    kind_name: str
    value_date: date
    details: dict[str, Any]
    state: str
    state_name: str
    maker: str
    made_at: AwareDatetime
    expires_at: AwareDatetime
    checker: str | None
    decided_at: AwareDatetime | None
    reason: str | None
    event_id: str

    @classmethod
    def of(cls, request: ChangeRequest) -> ChangeRequestView:
        """The view."""
        details = {name: v for name, v in values_of(request.what).items() if name != "kind"}
        return cls(
            loan_id=request.loan_id,
            request_id=request.request_id,
            kind=request.what.kind.value,
            kind_name=KIND_NAMES[request.what.kind],
            value_date=request.value_date,
            details=details,
            state=request.state.value,
            state_name=REQUEST_NAMES[request.state],
            maker=request.maker,
            made_at=request.made_at,
            expires_at=request.expires_at,
            checker=request.checker or None,
            decided_at=request.decided_at,
            reason=request.reason or None,
            event_id=request.event_id,
        )


class ChangeRequestList(Contract):
    """A loan's requests, oldest first."""

    items: tuple[ChangeRequestView, ...]
