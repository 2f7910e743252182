"""State = fold(events): an account is brought forward day by day and changed by one event after
another.

Bringing an account forward in one step or in many gives the same account; so does entering an event
late, because the fold is then done again from the first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from servicing.domain.account.account import BADLY_LATE_DAYS, Account, Flows
from servicing.domain.account.allocation import allocate
from servicing.domain.account.contract import Contract
from servicing.domain.account.dues import Due
from servicing.domain.account.events import LoanEvent, in_order
from servicing.domain.account.happenings import happen
from servicing.domain.account.misuse import bearing_misuse
from servicing.domain.account.rules import PenaltyBase, ServicingRules
from servicing.domain.errors import EventRefused
from servicing.domain.loan import Loan

BADLY_LATE: Final = timedelta(days=BADLY_LATE_DAYS)


def opened(loan: Loan, rules: ServicingRules) -> Account:
    """The account on the day of disbursement."""
    contract, rows = Contract.begun(loan.plan_terms)
    return Account(
        rules=rules,
        contract=contract,
        day=loan.terms.disbursement_date,
        flows=Flows(disbursed=loan.terms.principal.minor),
        rows=rows,
    )


def fold(loan: Loan, rules: ServicingRules, events: Iterable[LoanEvent], day: date) -> Account:
    """The account at the opening of a day, or after the events of that day."""
    account = opened(loan, rules)
    for event in in_order(tuple(events)):
        account = after(account, event)
    return brought_to(account, day)


def after(account: Account, event: LoanEvent) -> Account:
    """The account after an event; raises EventRefused where the event cannot be."""
    if event.value_date < account.day:
        raise EventRefused(
            f"{event.value_date} is before {account.day}", field="value_date", rule="event.order"
        )
    return settled(watched(happen(brought_to(account, event.value_date), event.what)))


def brought_to(account: Account, day: date) -> Account:
    """The account at the opening of a later day: interest counted, instalments due, lateness."""
    if account.closed_on is not None:
        return replace(account, day=day)
    while account.rows and account.rows[0].due_date <= day:
        account = settled(_fallen_due(_later(account, account.rows[0].due_date)))
        if account.closed_on is not None:
            return replace(account, day=day)
    return watched(_later(account, day))


def settled(account: Account) -> Account:
    """结清: nothing is owed and nothing is to come; what was set aside is set free."""
    if account.closed_on is not None or account.principal or account.due_now:
        return account
    flows = replace(account.flows, provided=account.flows.provided - account.provision)
    return replace(
        account, rows=(), closed_on=account.day, non_accrual=False, flows=flows, provision=0
    )


def watched(account: Account) -> Account:
    """非应计: more than so many days overdue; 应计 again only when nothing is overdue."""
    if account.closed_on is not None:
        return account
    account = _remembering_lateness(account)
    if not account.overdue:
        return replace(account, non_accrual=False) if account.non_accrual else account
    if account.days_overdue > account.rules.non_accrual_after_days and not account.non_accrual:
        return replace(account, non_accrual=True)
    return account


def _remembering_lateness(account: Account) -> Account:
    """When the loan was badly late for the first time; whoever looks later finds the same day."""
    if account.badly_late_on is not None or account.days_overdue < BADLY_LATE_DAYS:
        return account
    return replace(account, badly_late_on=account.overdue[0].due_date + BADLY_LATE)


def _later(account: Account, day: date) -> Account:
    """The same account some days later, with nothing falling due in between."""
    days = (day - account.day).days
    if days == 0:
        return account
    rate = account.contract.annual_rate_bps
    late = [place for place, due in enumerate(account.dues) if due.is_overdue(day)]
    misused = bearing_misuse(account, days, late=bool(late))
    dues = [
        due.later(days, rate, account.rules, part)
        for due, part in zip(account.dues, misused.of_dues, strict=True)
    ]
    if late and account.rules.penalty_base is PenaltyBase.WHOLE_PRINCIPAL:
        coming = sum(row.principal for row in account.rows) - misused.to_come
        dues[late[0]] = dues[late[0]].also_charged(coming, days, rate, account.rules)
    if misused.products:
        dues = [one.also_misused(misused.products) if one.for_misuse else one for one in dues]
    return replace(account, day=day, dues=tuple(dues))


def _fallen_due(account: Account) -> Account:
    """The next instalment is due today; money that was held pays it."""
    row = account.rows[0]
    due = Due(n=row.n, due_date=row.due_date, principal=row.principal, interest=row.interest)
    account = replace(
        account,
        dues=(*account.dues, due),
        rows=account.rows[1:],
        contract=replace(account.contract, asked=account.contract.asked + row.interest),
        carried=account.carried + row.earned - row.interest,
    )
    if account.held == 0:
        return account
    paid, left = allocate(account, account.held)
    return replace(paid, held=left)
