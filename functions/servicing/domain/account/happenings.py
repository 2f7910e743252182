"""What each kind of event does to an account on its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from servicing.domain.account.account import Account
from servicing.domain.account.allocation import allocate
from servicing.domain.account.changes import extended, prepaid, renewed, repriced, restructured
from servicing.domain.account.dues import Due
from servicing.domain.account.events import (
    Component,
    Extension,
    Happening,
    Misuse,
    Payoff,
    Prepayment,
    Provision,
    RateReset,
    Recovery,
    Refund,
    Renewal,
    Repayment,
    Restructure,
    Waiver,
    WriteOff,
)
from servicing.domain.account.misuse import misused
from servicing.domain.account.payoff import payoff_of
from servicing.domain.account.position import LoanStatus
from servicing.domain.errors import EventRefused


def happen(account: Account, what: Happening) -> Account:
    """The account after a happening of its day; raises EventRefused where it cannot be."""
    return _EFFECTS[type(what)](account, what)


def _open(account: Account) -> Account:
    """The account, unless it is closed."""
    if account.closed_on is not None:
        raise EventRefused(
            f"the loan was closed on {account.closed_on}", field="loan_id", rule="loan.open"
        )
    return account


def _repaid(account: Account, fen: int) -> Account:
    """What is due is paid; the rest is held until something falls due, or is refunded."""
    if account.status is LoanStatus.WRITTEN_OFF:
        raise EventRefused(
            "money for a loan that was written off is a recovery",
            field="kind",
            rule="repayment.written_off",
        )
    paid, left = allocate(account, fen)
    flows = replace(paid.flows, received=paid.flows.received + fen)
    return replace(paid, flows=flows, held=paid.held + left, last_repaid_on=account.day)


def _paid_off(account: Account, fen: int) -> Account:
    """All that is owed falls due today and is paid, to the 分."""
    amount = payoff_of(_open(account))
    if fen != amount.total:
        raise EventRefused(
            f"{amount.total} 分 settle the loan, not {fen}", field="amount", rule="payoff.amount"
        )
    due_principal = sum(due.principal_unpaid for due in account.dues)
    last = Due(
        n=len(account.dues) + 1,
        due_date=account.day,
        principal=account.principal - due_principal,
        interest=amount.interest - account.interest_due,
        fee=amount.fee - account.late(Component.FEE),
    )
    called = replace(account, dues=(*account.dues, last), rows=())
    paid = _repaid(replace(called, held=0), fen + account.held)
    flows = replace(paid.flows, received=paid.flows.received - account.held)
    return replace(paid, flows=flows)


def _waived(account: Account, what: Waiver) -> Account:
    """The oldest of the component is given up first; never more than is due."""
    left, dues = what.amount.minor, list(_open(account).dues)
    for place, due in account.unsettled():
        part = min(due.unpaid(what.component, account.day, account.rules), left)
        if part:
            dues[place] = due.pay(what.component, part, account.day, account.rules)
            left -= part
    if left:
        raise EventRefused(
            f"{left} 分 more than is due of {what.component}", field="amount", rule="waiver.amount"
        )
    flows = account.flows
    if what.component is Component.PRINCIPAL:
        flows = replace(flows, principal_waived=flows.principal_waived + what.amount.minor)
    return replace(account, dues=tuple(dues), flows=flows)


def _written_off(account: Account) -> Account:
    """Principal is charged to the provision, a shortfall to the result; the claim stays."""
    gone = _open(account).principal
    interest = account.accrued + account.interest_due
    late = account.late(Component.PENALTY) + account.late(Component.COMPOUND)
    flows = replace(
        account.flows,
        written_off=gone,
        interest_written_off=interest + late,
        provided=account.flows.provided + gone - account.provision,
    )
    return replace(
        account,
        flows=flows,
        provision=0,
        dues=(),
        rows=(),
        non_accrual=False,
        closed_on=account.day,
    )


def _recovered(account: Account, fen: int) -> Account:
    """Money for a claim that was written off; never more than the claim."""
    flows = account.flows
    claim = flows.written_off + flows.interest_written_off - flows.recovered
    if fen > claim:
        raise EventRefused(
            f"{claim} 分 are claimed, not {fen}", field="amount", rule="recovery.amount"
        )
    flows = replace(flows, received=flows.received + fen, recovered=flows.recovered + fen)
    return replace(account, flows=flows, last_repaid_on=account.day)


def _refunded(account: Account, fen: int) -> Account:
    """What was paid too much goes back; never more than is held."""
    if fen > account.held:
        raise EventRefused(
            f"{account.held} 分 are held, not {fen}", field="amount", rule="refund.amount"
        )
    flows = replace(account.flows, refunded=account.flows.refunded + fen)
    return replace(account, flows=flows, held=account.held - fen)


def _provided(account: Account, what: Provision) -> Account:
    """The provision becomes the amount; the difference is an expense or its release.

    A loan that turned out to be closed by then, by a payment that was entered late, needs none.
    """
    if account.closed_on is not None:
        return account
    fen, flows = what.amount.minor, account.flows
    flows = replace(flows, provided=flows.provided + fen - account.provision)
    return replace(account, flows=flows, provision=fen, tier=what.tier, stage=what.stage)


_EFFECTS: Final[Mapping[type, Callable[[Account, Any], Account]]] = {
    Repayment: lambda account, what: _repaid(account, what.amount.minor),
    Prepayment: lambda account, what: prepaid(_open(account), what.amount.minor, what.strategy),
    Payoff: lambda account, what: _paid_off(account, what.amount.minor),
    Waiver: _waived,
    WriteOff: lambda account, _: _written_off(account),
    Recovery: lambda account, what: _recovered(account, what.amount.minor),
    Refund: lambda account, what: _refunded(account, what.amount.minor),
    Provision: _provided,
    RateReset: lambda account, what: repriced(account, what.annual_rate_bps),
    Misuse: lambda account, what: misused(_open(account), what),
    Extension: lambda account, what: extended(_open(account), what),
    Restructure: lambda account, what: restructured(_open(account), what),
    Renewal: lambda account, what: renewed(_open(account), what),
}
"""A reversal has no effect of its own: its event and the one it takes back are left out."""
