"""What changes the plan of a loan: prepayment, repricing, 展期, 重组, 无还本续贷."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from servicing.domain.account.account import Account
from servicing.domain.account.allocation import allocate
from servicing.domain.account.contract import BPS_PER_PERCENT, Contract, Row
from servicing.domain.account.dues import Due
from servicing.domain.account.events import Component, Extension, Renewal, Restructure
from servicing.domain.account.payoff import prepayment_fee, whole_period_interest
from servicing.domain.account.rules import PrepayInterest
from servicing.domain.due_days import moved_from_rest_days
from servicing.domain.errors import EventRefused
from servicing.domain.plan import PlanTerms
from servicing.domain.plan.calendar import months_after
from servicing.domain.plan.events import EventType
from servicing.domain.plan.methods import method_of


def prepaid(account: Account, fen: int, strategy: str) -> Account:
    """提前还款: what is due is paid first, then the interest that the rules ask for and the fee;
    the rest is principal before its day.

    Refused where nothing would be left for principal, or where it would settle the loan.
    """
    paid, left = allocate(account, fen)
    until, interest = _interest_with(account)
    early, fee = _split(paid, left, interest)
    to_come = sum(row.principal for row in account.rows)
    if early <= interest or early - interest >= to_come:
        raise EventRefused(
            f"{left} 分 are left after what is due; they pay {interest} 分 interest and the "
            f"fee first, then some of the {to_come} 分 principal to come, but not all",
            field="amount",
            rule="prepayment.amount",
        )
    contract, rows = paid.contract.prepaid(account.day, early, strategy, until)
    replanned = _replanned(paid, contract, rows, fee)
    settled, rest = allocate(replanned, left)
    flows = replace(settled.flows, received=settled.flows.received + fen)
    return replace(settled, flows=flows, held=settled.held + rest, last_repaid_on=account.day)


def repriced(account: Account, annual_rate_bps: int) -> Account:
    """利率重定价: instalments are sized again for the rate from today on (分段计息).

    Where no instalment is to come, because a payment that was entered late had settled the loan by
    then, there is nothing to size. Refused within a period that has one rate (不分段计息).
    """
    if not account.rows:
        return account
    segments = account.rules.segment_interest
    if not segments and not account.contract.begins_period(account.day):
        raise EventRefused(
            f"the next day on which a rate may change is {account.rows[0].due_date}",
            field="value_date",
            rule="rate_reset.due_day",
        )
    contract, rows = account.contract.repriced(account.day, annual_rate_bps, segments=segments)
    return _replanned(account, contract, rows, fee=0)


def extended(account: Account, what: Extension) -> Account:
    """展期: the instalments that are to come are planned anew over more months.

    Only before maturity: what is overdue at the end of the term is restructured, not extended.
    """
    if not account.rows:
        raise EventRefused("the term is over", field="loan_id", rule="extension.maturity")
    if what.months < 1:
        raise EventRefused("an extension has months", field="months", rule="extension.months")
    coming, old = account.rows[0], account.contract
    changes = [
        event
        for event in old.events
        if event.type is EventType.RATE_CHANGE and event.date > coming.from_date
    ]
    first, last = old.period_due(coming.due_date), old.period_due(account.rows[-1].due_date)
    terms = replace(
        old.terms,
        principal=_yuan(sum(row.principal for row in account.rows)),
        annual_rate_pct=_rate_on(old, coming.from_date),
        disbursement_date=coming.from_date,
        first_due_date=first.grid_due,
        n=None,
        maturity_date=months_after(last.grid_due, what.months),
        principal_grace=max(old.terms.principal_grace - first.n + 1, 0),
        interest_grace=0,
        fixed_installment=None,
        amortised_over=_longer(
            old.terms.amortised_over, first.n, last.n + -(-what.months // old.terms.frequency.every)
        ),
        first_by_days=old.terms.first_by_days and first.n == 1,
    )
    terms = moved_from_rest_days(terms, account.day, first_due=coming.due_date)
    contract, rows = Contract.begun(terms)
    for change in changes:
        contract, rows = contract.repriced(change.date, _bps(change.annual_rate_pct))
    if what.annual_rate_bps is not None:
        contract, rows = contract.repriced(account.day, what.annual_rate_bps)
    return replace(account, contract=contract, rows=rows, extended_times=account.extended_times + 1)


def restructured(account: Account, what: Restructure) -> Account:
    """重组: all principal goes into a new plan from today; interest is due today, or joins it."""
    called = _interest_called(account)
    if what.capitalise_interest:
        called = _capitalised(called)
    moved = replace(
        called,
        dues=tuple(replace(due, principal=due.principal_paid) for due in called.dues),
        restructured_on=account.day,
        restructured_times=account.restructured_times + 1,
    )
    return _planned_anew(moved, what.term_months, what.method, what.annual_rate_bps)


def renewed(account: Account, what: Renewal) -> Account:
    """无还本续贷: principal that is due today goes on; interest to date is due today.

    Refused where anything else is due.
    """
    goes_on = sum(due.principal_unpaid for due in account.dues if due.due_date == account.day)
    arrears = account.due_now - goes_on
    if arrears or account.principal == 0:
        raise EventRefused(
            f"{arrears} 分 are due and unpaid", field="loan_id", rule="renewal.arrears"
        )
    called = _interest_called(account)
    moved = replace(
        called,
        dues=tuple(replace(due, principal=due.principal_paid) for due in called.dues),
        renewed_times=account.renewed_times + 1,
    )
    return _planned_anew(moved, what.term_months, what.method, what.annual_rate_bps)


def _interest_with(account: Account) -> tuple[PrepayInterest, int]:
    """Which interest a prepayment pays: none, to the day, or all of the running period.

    Where principal may be repaid on any day (随借随还、一次性还本付息), interest waits.
    """
    rule = account.rules.prepay_interest
    if method_of(account.contract.terms.method).principal_any_time:
        rule = PrepayInterest.AT_DUE_DAY
    if rule is PrepayInterest.AT_DUE_DAY or not account.rows:
        return rule, 0
    if rule is PrepayInterest.FULL_PERIOD:
        return rule, whole_period_interest(account)
    return rule, account.accrued


def _split(account: Account, left: int, interest: int) -> tuple[int, int]:
    """Of an amount, what goes to interest and principal, and the fee on that principal."""
    early = left
    for _ in range(3):  # the fee is a share of the principal that is left after the fee
        early = left - prepayment_fee(account, max(early - interest, 0))
    return early, left - early


def _replanned(account: Account, contract: Contract, rows: tuple[Row, ...], fee: int) -> Account:
    """The account by its plan, drawn anew from the day on which the plan began.

    Rows up to today are as they were, but for what a prepayment adds to them: that is due today.
    """
    past = [row for row in rows if row.due_date <= account.day]
    coming = tuple(row for row in rows if row.due_date > account.day)
    asked = sum(row.interest for row in past)
    added = Due(
        n=len(account.dues) + 1,
        due_date=account.day,
        principal=sum(row.principal for row in account.rows) - sum(row.principal for row in coming),
        interest=asked - contract.asked,
        fee=fee,
    )
    due_today = (added,) if added.principal or added.interest or added.fee else ()
    return replace(
        account,
        contract=replace(contract, asked=asked),
        dues=(*account.dues, *due_today),
        rows=coming,
        carried=sum(row.earned - row.interest for row in past),
    )


def _interest_called(account: Account) -> Account:
    """Interest that has accrued to today falls due today."""
    accrued = account.accrued
    called = replace(account, rows=(), carried=0)
    if accrued == 0:
        return called
    due = Due(n=len(account.dues) + 1, due_date=account.day, principal=0, interest=accrued)
    return replace(called, dues=(*account.dues, due))


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
    """A plan of today's principal, counted as the old one was."""
    old = account.contract.terms
    terms = PlanTerms(
        principal=_yuan(account.principal),
        annual_rate_pct=Decimal(rate_bps) / BPS_PER_PERCENT,
        disbursement_date=account.day,
        method=method,
        n=months if old.frequency.every == 1 else None,
        maturity_date=months_after(account.day, months) if old.frequency.every > 1 else None,
        frequency=old.frequency,
        interest_calc=old.interest_calc,
        year_days=old.year_days,
        month_days=old.month_days,
        rounding=old.rounding,
        decimals=old.decimals,
        interest_decimals=old.interest_decimals,
        head_tail=old.head_tail,
        holiday_shift=old.holiday_shift,
        first_by_days=old.first_by_days and method == "EQUAL_INSTALLMENT",
        percent=old.percent,
    )
    contract, rows = Contract.begun(moved_from_rest_days(terms, account.day))
    return replace(account, contract=contract, rows=rows)


def _longer(amortised: int | None, from_n: int, to_n: int) -> int | None:
    """气球贷: what is left of the longer time; none where the extension outlasts it."""
    if amortised is None or amortised < to_n:
        return None
    return amortised - from_n + 1


def _rate_on(contract: Contract, day: date) -> Decimal:
    """The rate that was in force on a day."""
    rate = contract.terms.annual_rate_pct
    for event in contract.events:
        if event.annual_rate_pct is not None and event.date <= day:
            rate = event.annual_rate_pct
    return rate


def _bps(rate_pct: Decimal | None) -> int:
    return int((rate_pct or Decimal(0)) * BPS_PER_PERCENT)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
