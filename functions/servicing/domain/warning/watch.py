"""The watch over a loan (贷后监测): what is known, how grave it is, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from puhui.contracts.monitoring import MonitoringBasis
from puhui.tenancy import BankId
from servicing.domain.account.position import LoanPosition
from servicing.domain.loan import Loan
from servicing.domain.warning.colour import Colour
from servicing.domain.warning.observation import Observed
from servicing.domain.warning.rules import WarningRules

NEVER: Final = date.max
"""The next watch of a loan that is over."""


@dataclass(frozen=True, kw_only=True)
class LoanWatch:
    """What one loan is watched with.

    `basis` is None where the application brought none: then only our own books are watched.
    `at_approval` holds the values to compare with, `last` the newest of every indicator.
    """

    bank_id: BankId
    loan_id: str
    application_id: str
    customer_id: str
    branch_id: str
    matures_on: date
    basis: MonitoringBasis | None
    next_on: date
    colour: Colour = Colour.NONE
    watched_on: date | None = None
    at_approval: dict[str, Observed] = field(default_factory=dict)
    last: dict[str, Observed] = field(default_factory=dict)
    version: int = 0

    @property
    def products(self) -> frozenset[str]:
        """The fact documents that the loan's product needed, and that are asked for again."""
        return frozenset() if self.basis is None else frozenset(f.product for f in self.basis.facts)

    def watched(
        self,
        on: date,
        colour: Colour,
        rules: WarningRules,
        *,
        at_approval: dict[str, Observed],
        last: dict[str, Observed],
    ) -> LoanWatch:
        """After a watch: the class says when the next one is."""
        return replace(
            self,
            watched_on=on,
            colour=colour,
            next_on=on + timedelta(days=rules.watch_days[colour]),
            at_approval=at_approval,
            last=last,
        )

    def looked_at_sooner(self, colour: Colour, on: date, rules: WarningRules) -> LoanWatch:
        """Something else than a watch found a graver colour, such as a check or a payment."""
        if colour.weight <= self.colour.weight:
            return self
        sooner = on + timedelta(days=rules.watch_days[colour])
        return replace(self, colour=colour, next_on=min(self.next_on, sooner))

    @property
    def has_ended(self) -> bool:
        """Whether nobody looks any more."""
        return self.next_on == NEVER

    def ended(self) -> LoanWatch:
        """The loan is over; what was known of it stays."""
        return replace(self, next_on=NEVER)

    def begun_again(self, on: date) -> LoanWatch:
        """The loan is open again, because what settled it was taken back."""
        return replace(self, next_on=on) if self.has_ended else self


def opened_watch(loan: Loan, basis: MonitoringBasis | None) -> LoanWatch:
    """The watch of a loan that was just paid out; the first look is on the day after."""
    return LoanWatch(
        bank_id=loan.bank_id,
        loan_id=loan.loan_id,
        application_id=loan.application_id,
        customer_id=loan.customer_id,
        branch_id=loan.branch_id,
        matures_on=loan.schedule.maturity_date,
        basis=basis,
        next_on=loan.terms.disbursement_date + timedelta(days=1),
    )


def watch_of_position(position: LoanPosition) -> LoanWatch:
    """The watch of a loan that was booked without one: begun now, on our own books alone."""
    return LoanWatch(
        bank_id=position.bank_id,
        loan_id=position.loan_id,
        application_id=position.application_id,
        customer_id=position.customer_id,
        branch_id=position.branch_id,
        matures_on=position.matures_on,
        basis=None,
        next_on=position.as_of,
    )
