"""A loan's account (贷款账户): everything that its events have made of it, up to a day.

The account of a day is the fold of the events before and on it. It stands at the opening of `day`:
interest is counted to that day (算头不算尾), what falls due on it is due, what fell due before it
and is unpaid is overdue. Amounts are whole 分 as `int`, because every loan is folded every night.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from puhui.money import Money
from servicing.domain.account.contract import Contract, Row
from servicing.domain.account.dues import Due
from servicing.domain.account.events import Component
from servicing.domain.account.position import LoanPosition, LoanStatus
from servicing.domain.account.rules import ServicingRules
from servicing.domain.loan import Loan

BADLY_LATE_DAYS: Final = 30
"""From so many days overdue on, a loan within its first year is bad (`outcome.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """What has moved since the loan was booked, all in 分 and never negative."""

    disbursed: int
    capitalised: int = 0
    principal_repaid: int = 0
    principal_waived: int = 0
    interest_settled: int = 0
    """Interest that was paid, or became principal."""
    late_settled: int = 0
    """罚息 and 复利 that were paid."""
    fees_paid: int = 0
    received: int = 0
    refunded: int = 0
    written_off: int = 0
    interest_written_off: int = 0
    recovered: int = 0
    provided: int = 0
    """What all provisions have cost so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A loan's account at the opening of `day`."""

    rules: ServicingRules
    contract: Contract
    day: date
    flows: Flows
    dues: tuple[Due, ...] = ()
    """Instalments that fell due; those of earlier plans too."""
    rows: tuple[Row, ...] = ()
    """Instalments to come by the plan in force."""
    carried: int = 0
    """Interest that earlier rows have earned and no row has asked for yet: 息 in its grace."""
    held: int = 0
    """多收还款: money of the borrower that nothing was due for yet."""
    provision: int = 0
    tier: str = ""
    """五级分类 and stage of the last provision; empty until a loan is classified."""
    stage: int = 0
    non_accrual: bool = False
    closed_on: date | None = None
    """The day of settlement or write-off."""
    misused: int = 0
    """Principal that was found to be used otherwise than agreed; it may be repaid since."""
    badly_late_on: date | None = None
    """The first day on which the loan was `BADLY_LATE_DAYS` days overdue; cured or not."""
    last_repaid_on: date | None = None
    restructured_on: date | None = None
    restructured_times: int = 0
    extended_times: int = 0
    renewed_times: int = 0

    @property
    def principal(self) -> int:
        """Principal that the borrower owes, due or not; nothing once it is written off."""
        flows = self.flows
        owed = flows.disbursed + flows.capitalised - flows.principal_repaid
        return owed - flows.principal_waived - flows.written_off

    @property
    def misused_principal(self) -> int:
        """What bears 挪用罚息: money repays the principal that was used rightly first."""
        return min(self.misused, self.principal)

    @property
    def principal_overdue(self) -> int:
        """Principal that was unpaid after its day."""
        return sum(due.principal_unpaid for due in self.dues if due.due_date < self.day)

    @property
    def interest_due(self) -> int:
        """Interest that fell due and is unpaid."""
        return sum(due.interest_unpaid for due in self.dues)

    @property
    def accrued(self) -> int:
        """应计利息 since the last due day, to the opening of the day."""
        if self.closed_on is not None or not self.rows:
            return 0 if self.closed_on is not None else self.carried
        return self.carried + self.rows[0].accrued(self.day)

    def late(self, component: Component) -> int:
        """罚息 or 复利 that is owed on the day."""
        return sum(due.unpaid(component, self.day, self.rules) for due in self.dues)

    def unsettled(self) -> Iterator[tuple[int, Due]]:
        """The instalments of which something is owed, oldest first, with their places."""
        for place, due in enumerate(self.dues):
            if due.unpaid_in_all(self.day, self.rules) > 0:
                yield place, due

    @property
    def overdue(self) -> tuple[Due, ...]:
        """Instalments whose principal or interest is unpaid after its day, oldest first."""
        return tuple(due for due in self.dues if due.is_overdue(self.day))

    @property
    def days_overdue(self) -> int:
        """Days since the oldest unpaid due day."""
        overdue = self.overdue
        return (self.day - overdue[0].due_date).days if overdue else 0

    @property
    def due_now(self) -> int:
        """Everything that fell due and is unpaid, lateness included."""
        return sum(due.unpaid_in_all(self.day, self.rules) for due in self.dues)

    @property
    def status(self) -> LoanStatus:
        """Where the loan stands."""
        if self.closed_on is not None:
            written_off = self.flows.written_off + self.flows.interest_written_off
            return LoanStatus.WRITTEN_OFF if written_off else LoanStatus.SETTLED
        if self.non_accrual:
            return LoanStatus.NON_ACCRUAL
        if not self.overdue:
            return LoanStatus.ACTIVE
        return LoanStatus.OVERDUE if self.rows else LoanStatus.EXPIRED


def position_of(loan: Loan, account: Account) -> LoanPosition:
    """The account as its readers see it."""
    overdue, flows = account.overdue, account.flows
    coming = account.rows[0] if account.rows and account.closed_on is None else None
    return LoanPosition(
        **_names(loan),
        as_of=account.day,
        status=account.status,
        disbursed_on=loan.terms.disbursement_date,
        matures_on=account.contract.matures_on,
        annual_rate_bps=account.contract.annual_rate_bps,
        disbursed=Money(flows.disbursed),
        principal_outstanding=Money(account.principal),
        principal_overdue=Money(account.principal_overdue),
        interest_due=Money(account.interest_due),
        interest_accrued=Money(account.accrued),
        penalty_due=Money(account.late(Component.PENALTY)),
        compound_due=Money(account.late(Component.COMPOUND)),
        overpaid=Money(account.held),
        written_off=Money(flows.written_off + flows.interest_written_off),
        recovered=Money(flows.recovered),
        days_overdue=account.days_overdue,
        instalments_overdue=len(overdue),
        overdue_since=overdue[0].due_date if overdue else None,
        next_due_date=coming.due_date if coming else None,
        next_due_amount=Money(coming.principal + coming.interest) if coming else Money(0),
        last_repaid_on=account.last_repaid_on,
        restructured_on=account.restructured_on,
        restructured_times=account.restructured_times,
        extended_times=account.extended_times,
        renewed_times=account.renewed_times,
        misused_principal=Money(account.misused_principal),
        provision=Money(account.provision),
        tier=account.tier or None,
        stage=account.stage or None,
    )


def _names(loan: Loan) -> dict[str, Any]:
    """Which loan it is, and whose."""
    return {
        "bank_id": loan.bank_id,
        "loan_id": loan.loan_id,
        "application_id": loan.application_id,
        "customer_id": loan.customer_id,
        "branch_id": loan.branch_id,
        "product_code": loan.product_code,
    }
