"""The API of checks, watches and fund uses: what a relationship manager does after disbursement."""

from __future__ import annotations

from typing import Final

from puhui.errors import NotFound
from puhui.http import ApiRoutes, RequestContext
from puhui.identity import Protected
from puhui.tenancy import BankId, bank_id
from servicing.check_schemas import (
    CheckBody,
    CheckDetail,
    CheckList,
    DueFilter,
    FundTraceView,
    FundUseBody,
    WatchList,
    WatchView,
)
from servicing.domain.errors import FundTraceNotFound
from servicing.domain.loan import Loan
from servicing.warnings_wiring import warning_desk
from servicing.wiring import wiring

MAX_LISTED: Final = 500
FUND_USE_BYTES: Final = 256 * 1024


def include_checks(routes: ApiRoutes) -> None:
    """Declare these routes among others."""
    _watch_list(routes)
    _watches(routes)
    _checks(routes)
    _fund_uses(routes)


def _checks(routes: ApiRoutes) -> None:
    @routes.get(
        "/loans/{loan_id}/checks",
        action="servicing.read_checks",
        returns=CheckList,
        summary="贷后检查计划 A loan's check plan and what was found",
    )
    def read_checks(context: RequestContext, loan_id: str) -> CheckList:
        """The whole life of one loan."""
        loan = _loan(context, loan_id)
        today = warning_desk().calendar.today(loan.bank_id)
        plan = warning_desk().checks.of_loan(loan.bank_id, loan_id)
        return CheckList(items=tuple(CheckDetail.of(loan_id, one, today) for one in plan))

    @routes.post(
        "/loans/{loan_id}/checks",
        action="servicing.record_check",
        body=CheckBody,
        returns=CheckDetail,
        summary="登记贷后检查 Record what was found at a planned check",
    )
    def record_check(context: RequestContext, body: CheckBody, loan_id: str) -> CheckDetail:
        """Once; a bad finding is a warning too."""
        loan = _loan(context, loan_id)
        record = body.record(context.principal.subject)
        done = warning_desk().record_check(loan.bank_id, loan_id, body.due_on, body.kind, record)
        return CheckDetail.of(loan_id, done, warning_desk().calendar.today(loan.bank_id))


def _watch_list(routes: ApiRoutes) -> None:
    @routes.get(
        "/watches",
        action="servicing.read_warnings",
        query=DueFilter,
        returns=WatchList,
        summary="监测计划 Loans whose watch is due, the longest waiting first",
    )
    def due_watches(context: RequestContext, query: DueFilter) -> WatchList:
        """Those of the branches that the principal may see."""
        bank, desk = _bank(context), warning_desk()
        until = query.until or desk.calendar.today(bank)
        due = desk.watches.due(bank, until, MAX_LISTED)
        found = desk.watches.of_loans(bank, due)
        return WatchList(
            items=tuple(
                WatchView.of(found[loan_id])
                for loan_id in due
                if loan_id in found and _visible(context, found[loan_id].branch_id)
            )
        )


def _watches(routes: ApiRoutes) -> None:
    @routes.get(
        "/checks",
        action="servicing.read_checks",
        query=DueFilter,
        returns=CheckList,
        summary="待检查清单 Checks that are due, overdue ones first",
    )
    def due_checks(context: RequestContext, query: DueFilter) -> CheckList:
        """Those of the branches that the principal may see."""
        today = warning_desk().calendar.today(_bank(context))
        found = warning_desk().checks.due(_bank(context), query.until or today, MAX_LISTED)
        return CheckList(
            items=tuple(
                CheckDetail.of_due(one, today) for one in found if _visible(context, one.branch_id)
            )
        )

    @routes.get(
        "/loans/{loan_id}/watch",
        action="servicing.read_warnings",
        returns=WatchView,
        summary="贷后监测 A loan's class and its next watch",
    )
    def read_watch(context: RequestContext, loan_id: str) -> WatchView:
        """One watch."""
        loan = _loan(context, loan_id)
        return WatchView.of(warning_desk().watches.get(loan.bank_id, loan_id))


def _fund_uses(routes: ApiRoutes) -> None:
    @routes.post(
        "/loans/{loan_id}/fund-uses",
        action="servicing.trace_fund_use",
        body=FundUseBody,
        returns=FundTraceView,
        max_body_bytes=FUND_USE_BYTES,
        summary="资金用途监测 Bring lines of the account and trace the loan's money",
    )
    def trace_fund_use(context: RequestContext, body: FundUseBody, loan_id: str) -> FundTraceView:
        """All lines that were ever brought count; the same lines again change nothing."""
        loan = _loan(context, loan_id)
        trace = warning_desk().trace_fund_use(
            loan.bank_id, body.drawdown(loan), body.parties(), [one.line() for one in body.lines]
        )
        return FundTraceView.of(trace)

    @routes.get(
        "/loans/{loan_id}/fund-uses",
        action="servicing.read_fund_use",
        returns=FundTraceView,
        summary="资金用途 The newest trace of a loan's money",
    )
    def read_fund_use(context: RequestContext, loan_id: str) -> FundTraceView:
        """The newest one."""
        loan = _loan(context, loan_id)
        trace = warning_desk().fund_uses.last_trace(loan.bank_id, loan_id)
        if trace is None:
            raise FundTraceNotFound(f"no money of {loan_id} was traced")
        return FundTraceView.of(trace)


def _loan(context: RequestContext, loan_id: str) -> Loan:
    """The loan, if this principal may see it."""
    loan = wiring().loans.get(bank_id(context.principal.bank_id), loan_id)
    context.authorise(Protected(bank_id=loan.bank_id, branch=loan.branch_id))
    return loan


def _visible(context: RequestContext, branch_id: str) -> bool:
    try:
        context.authorise(Protected(bank_id=context.principal.bank_id, branch=branch_id))
    except NotFound:
        return False
    return True


def _bank(context: RequestContext) -> BankId:
    bank = bank_id(context.principal.bank_id)
    context.authorise(Protected(bank_id=bank))
    return bank
