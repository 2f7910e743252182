"""What settles a loan today (提前结清试算), part by part."""

from __future__ import annotations

from dataclasses import dataclass

from servicing.domain.account.account import Account
from servicing.domain.account.dues import half_up
from servicing.domain.account.events import Component
from servicing.domain.account.rules import BPS_PER_UNIT, PrepayInterest

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoffAmount:
    """The parts of a settlement, in 分."""

    principal: int
    interest: int
    late: int
    fee: int
    held: int

    @property
    def total(self) -> int:
        """What the borrower still has to bring."""
        return max(self.principal + self.interest + self.late + self.fee - self.held, 0)


def payoff_of(account: Account) -> PayoffAmount:
    """Everything that is owed on the day: due, accrued to the day, lateness, and the fee.

    The fee is for the principal that is repaid before its day.
    """
    early = account.principal - sum(due.principal_unpaid for due in account.dues)
    coming = account.accrued
    if account.rules.prepay_interest is PrepayInterest.FULL_PERIOD and account.rows:
        coming = whole_period_interest(account)
    return PayoffAmount(
        principal=account.principal,
        interest=account.interest_due + coming,
        late=account.late(Component.PENALTY) + account.late(Component.COMPOUND),
        fee=account.late(Component.FEE) + prepayment_fee(account, early),
        held=account.held,
    )


def whole_period_interest(account: Account) -> int:
    """当期整期利息 of the running period; on a due day no new period has begun to be charged."""
    row = account.rows[0]
    on_due_day = row.from_date == account.day != account.contract.terms.disbursement_date
    return account.carried + (0 if on_due_day else row.earned)


def prepayment_fee(account: Account, principal: int) -> int:
    """违约金: so many months of interest on the principal that is repaid early (BRH_MOD)."""
    months = account.rules.prepay_fee_months
    return half_up(
        principal * account.contract.annual_rate_bps * months, BPS_PER_UNIT * MONTHS_PER_YEAR
    )
