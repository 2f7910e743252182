"""The ledger of a loan as a function of its account: what is booked is what the account says."""

from __future__ import annotations

from collections.abc import Mapping

from puhui.money import Money
from servicing.domain.account.account import Account
from servicing.domain.account.events import Component
from servicing.domain.accounts import (
    ACCRUED_INTEREST,
    CHART,
    CLEARING,
    DUE_COMPOUND,
    DUE_INTEREST,
    DUE_PENALTY,
    FEE_INCOME,
    IMPAIRMENT,
    INTEREST_INCOME,
    LATE_INCOME,
    LOAN_PRINCIPAL,
    OVERDUE_PRINCIPAL,
    OVERPAID,
    PROVISION,
    UNCOLLECTED_COUNTER,
    UNCOLLECTED_INTEREST,
    WRITTEN_OFF_CLAIMS,
    WRITTEN_OFF_COUNTER,
    AccountKey,
    Side,
)
from servicing.domain.vouchers import Entry, Layer


def balances_of(account: Account) -> Mapping[str, int]:
    """What the ledger must hold for the loan, by account code, debits positive; sums to zero.

    The books are a function of the account, so a voucher is the difference of two moments: booking
    the same moment twice books nothing, and a back-dated event books exactly what it changes.
    """
    flows, earning = account.flows, not account.non_accrual and account.closed_on is None
    interest = {
        ACCRUED_INTEREST.code: account.accrued,
        DUE_INTEREST.code: account.interest_due,
        DUE_PENALTY.code: account.late(Component.PENALTY),
        DUE_COMPOUND.code: account.late(Component.COMPOUND),
    }
    if account.closed_on is not None:
        interest = dict.fromkeys(interest, 0)
    on_sheet = {code: fen if earning else 0 for code, fen in interest.items()}
    off_sheet = 0 if earning else sum(interest.values())
    claims = flows.written_off + flows.interest_written_off - flows.recovered
    held = {
        **on_sheet,
        LOAN_PRINCIPAL.code: account.principal - account.principal_overdue,
        OVERDUE_PRINCIPAL.code: account.principal_overdue,
        OVERPAID.code: -account.held,
        CLEARING.code: flows.received - flows.refunded - flows.disbursed,
        INTEREST_INCOME.code: -(
            on_sheet[ACCRUED_INTEREST.code] + on_sheet[DUE_INTEREST.code] + flows.interest_settled
        ),
        LATE_INCOME.code: -(
            on_sheet[DUE_PENALTY.code] + on_sheet[DUE_COMPOUND.code] + flows.late_settled
        ),
        FEE_INCOME.code: -flows.fees_paid,
        PROVISION.code: -account.provision,
        IMPAIRMENT.code: flows.provided + flows.principal_waived - flows.recovered,
        UNCOLLECTED_INTEREST.code: off_sheet,
        UNCOLLECTED_COUNTER.code: -off_sheet,
        WRITTEN_OFF_CLAIMS.code: max(claims, 0),
        WRITTEN_OFF_COUNTER.code: -max(claims, 0),
    }
    return {code: fen for code, fen in held.items() if fen}


def entries_between(
    before: Mapping[str, int], after: Mapping[str, int], holder: str
) -> tuple[Entry, ...]:
    """The posted entries that turn one moment of a loan's books into another; none if equal."""
    changes = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    return tuple(
        Entry(
            account=AccountKey(code, holder if CHART[code].per_loan else ""),
            layer=Layer.POSTED,
            side=Side.DEBIT if change > 0 else Side.CREDIT,
            amount=Money(abs(change)),
        )
        for code, change in sorted(changes.items())
        if change
    )
