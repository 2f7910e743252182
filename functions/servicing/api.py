"""Servicing's API: loans and their plans, quotes, and the books."""

from __future__ import annotations

from datetime import date

from puhui.contracts.servicing import Quote
from puhui.errors import NotFound
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.tenancy import bank_id
from servicing import book_api
from servicing.answers import quote_of
from servicing.checks_api import include_checks
from servicing.disclosure_schemas import DisclosureBody, DisclosureView
from servicing.domain.disclosure.table import CostTerms
from servicing.domain.loan import Loan
from servicing.end_of_day_api import include_end_of_day
from servicing.plan_schemas import DrawnScheduleView, ScheduleBody
from servicing.policy import POLICY
from servicing.portfolio_api import include_portfolio
from servicing.schemas import (
    LoanFilter,
    LoanList,
    LoanView,
    QuoteBody,
    ScheduleView,
    TransferView,
    TrialBalanceView,
)
from servicing.warnings_api import include_warnings
from servicing.wiring import wiring

routes = ApiRoutes("servicing", policy=POLICY)
routes.include(book_api.routes)
include_portfolio(routes)
include_warnings(routes)
include_checks(routes)
include_end_of_day(routes)


def _authorise(context: RequestContext, loan: Loan) -> Loan:
    """The loan, if this principal may see it."""
    context.authorise(
        Protected(bank_id=loan.bank_id, branch=loan.branch_id, owner_id=loan.customer_id)
    )
    return loan


def _today(context: RequestContext) -> date:
    """The business day of the principal's bank."""
    return wiring().calendar.today(bank_id(context.principal.bank_id))


def _found(context: RequestContext, loan_id: str) -> Loan:
    return _authorise(context, wiring().loans.get(bank_id(context.principal.bank_id), loan_id))


def _visible(context: RequestContext, loan: Loan) -> bool:
    try:
        _authorise(context, loan)
    except NotFound:
        return False
    return True


def _view(context: RequestContext, loan: Loan) -> LoanView:
    return LoanView.of(loan, for_customer="customer" in context.principal.roles)


@routes.post(
    "/quotes",
    action="servicing.quote_loan",
    body=QuoteBody,
    returns=Quote,
    summary="试算 Quote a loan: repayment plan and all-in annual cost",
)
def quote(context: RequestContext, body: QuoteBody) -> Quote:
    """Draw up a plan without promising anything."""
    context.authorise(Protected(bank_id=context.principal.bank_id))
    terms = body.terms(_today(context))
    return quote_of(wiring().quote_loan(terms, CostTerms()))


@routes.post(
    "/disclosures",
    action="servicing.disclose_cost",
    body=DisclosureBody,
    returns=DisclosureView,
    summary="综合融资成本明示 Disclose what a loan costs, all in, with its repayment plan",
)
def disclose(context: RequestContext, body: DisclosureBody) -> DisclosureView:
    """Draw up the table for any product's terms and fees, without promising anything."""
    context.authorise(Protected(bank_id=context.principal.bank_id))
    terms = body.terms(_today(context))
    return DisclosureView.of(wiring().quote_loan(terms, body.cost()))


@routes.post(
    "/schedules",
    action="servicing.quote_loan",
    body=ScheduleBody,
    returns=DrawnScheduleView,
    summary="还款计划试算 Draw a schedule: any terms and events, row by row",
)
def draw_schedule(context: RequestContext, body: ScheduleBody) -> DrawnScheduleView:
    """Draw up a plan of any terms, after any events, without promising anything."""
    context.authorise(Protected(bank_id=context.principal.bank_id))
    drawn = wiring().draw_schedule(body.terms(), body.plan_events(), body.as_of)
    return DrawnScheduleView.of(drawn)


@routes.get(
    "/loans",
    action="servicing.list_loans",
    query=LoanFilter,
    returns=LoanList,
    summary="申请名下贷款 Loans of an application",
)
def list_loans(context: RequestContext, query: LoanFilter) -> LoanList:
    """Those loans of the application that the principal may see."""
    found = wiring().loans.of_application(bank_id(context.principal.bank_id), query.application_id)
    return LoanList(items=tuple(_view(context, loan) for loan in found if _visible(context, loan)))


@routes.get(
    "/loans/{loan_id}",
    action="servicing.read_loan",
    returns=LoanView,
    summary="贷款 A loan",
)
def read_loan(context: RequestContext, loan_id: str) -> LoanView:
    """One loan."""
    return _view(context, _found(context, loan_id))


@routes.get(
    "/loans/{loan_id}/schedule",
    action="servicing.read_loan",
    returns=ScheduleView,
    summary="还款计划 A loan's repayment plan",
)
def read_schedule(context: RequestContext, loan_id: str) -> ScheduleView:
    """One loan's plan."""
    return ScheduleView.of(_found(context, loan_id))


@routes.get(
    "/ledger/trial-balance",
    action="servicing.read_trial_balance",
    returns=TrialBalanceView,
    summary="试算平衡表 Trial balance of the bank",
)
def read_trial_balance(context: RequestContext) -> TrialBalanceView:
    """The books as they stand."""
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return TrialBalanceView.of(wiring().read_trial_balance(bank))


@routes.get(
    "/ledger/transfers/{transfer_id}",
    action="servicing.read_transfer",
    returns=TransferView,
    summary="记账明细 A transfer with its vouchers",
)
def read_transfer(context: RequestContext, transfer_id: str) -> TransferView:
    """One transfer, checked against its vouchers."""
    bank = bank_id(context.principal.bank_id)
    audited = wiring().read_transfer(bank, transfer_id)
    context.authorise(Protected(bank_id=bank, branch=audited.transfer.branch_id))
    return TransferView.of(audited)


app = routes.app()
