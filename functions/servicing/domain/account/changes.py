"""What changes the plan of a loan: prepayment, repricing, 展期, 重组, 无还本续贷."""

from __future__ import annotations

from dataclasses import replace

from puhui.money import Money
from servicing.domain.account.account import Account
from servicing.domain.account.contract import agreed
from servicing.domain.account.dues import Due
from servicing.domain.account.events import Component, Extension, Renewal, Restructure
from servicing.domain.errors import EventRefused
from servicing.domain.schedule import LoanTerms, repayment_plan


def prepaid(account: Account, fen: int, strategy: str) -> Account:
    raise NotImplementedError


def repriced(account: Account, annual_rate_bps: int) -> Account:
    raise NotImplementedError


def extended(account: Account, what: Extension) -> Account:
    """展期: the instalments that are not due yet are planned anew over more months.

    Only before maturity: what is overdue at the end of the term is restructured, not extended.
    """
    raise NotImplementedError


def restructured(account: Account, what: Restructure) -> Account:
    """重组: all principal goes into a new plan from today; interest is due today, or joins it."""
    called = _interest_called(account)
    if what.capitalise_interest:
        called = _capitalised(called)
    dues = tuple(replace(due, principal=due.principal_paid) for due in called.dues)
    moved = replace(
        called,
        dues=dues,
        restructured_on=account.day,
        restructured_times=account.restructured_times + 1,
    )
    return _planned_anew(moved, what.term_months, what.method, what.annual_rate_bps)


def renewed(account: Account, what: Renewal) -> Account:
    """无还本续贷: refused where anything is overdue; interest to date is due today."""
    if account.due_now:
        raise EventRefused(
            f"{account.due_now} 分 are due and unpaid", field="loan_id", rule="renewal.arrears"
        )
    called = replace(_interest_called(account), renewed_times=account.renewed_times + 1)
    return _planned_anew(called, what.term_months, what.method, what.annual_rate_bps)


def _interest_called(account: Account) -> Account:
    """Interest that has accrued to today falls due today."""
    if account.accrued == 0:
        return account
    due = Due(n=len(account.dues) + 1, due_date=account.day, principal=0, interest=account.accrued)
    return replace(account, dues=(*account.dues, due), rows=())


def _capitalised(account: Account) -> Account:
    """Interest, 罚息 and 复利 that are due become principal; no money moves."""
    flows, dues = account.flows, list(account.dues)
    for place, due in account.unsettled():
        for component in (Component.INTEREST, Component.PENALTY, Component.COMPOUND):
            part = due.unpaid(component, account.day, account.rules)
            due = due.pay(component, part, account.day, account.rules)
            field = "interest_settled" if component is Component.INTEREST else "late_settled"
            flows = replace(
                flows,
                capitalised=flows.capitalised + part,
                **{field: getattr(flows, field) + part},
            )
        dues[place] = due
    return replace(account, dues=tuple(dues), flows=flows)


def _planned_anew(account: Account, months: int, method: str, rate_bps: int) -> Account:
    """A plan of today's principal; refused where there is none."""
    contract, rows = agreed(
        repayment_plan(
            LoanTerms(
                principal=Money(account.principal),
                annual_rate_bps=rate_bps,
                term_months=months,
                method=method,
                disbursement_date=account.day,
            )
        )
    )
    return replace(account, contract=contract, rows=rows)
