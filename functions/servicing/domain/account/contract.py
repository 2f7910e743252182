"""The repayment contract of a loan as its events have changed it: which instalments are to come.

Every plan comes from the one schedule engine, so that what was shown, signed and serviced agree to
the 分.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from servicing.domain.schedule import LoanTerms, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instalment to come, in 分."""

    n: int
    from_date: date
    due_date: date
    principal: int
    interest: int

    def accrued(self, on: date) -> int:
        """Interest that the days before `on` have earned; all of it on the due day."""
        days = min((on - self.from_date).days, (self.due_date - self.from_date).days)
        whole = (self.due_date - self.from_date).days
        if days <= 0:
            return 0
        return (2 * self.interest * days + whole) // (2 * whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The plan in force: its terms, and the instalments that it gives."""

    terms: LoanTerms
    annual_rate_bps: int
    matures_on: date


def agreed(schedule: Schedule) -> tuple[Contract, tuple[Row, ...]]:
    """The contract that was signed."""
    terms = schedule.terms
    rows = tuple(
        Row(
            n=line.n,
            from_date=line.from_date,
            due_date=line.due_date,
            principal=line.principal.minor,
            interest=line.interest.minor,
        )
        for line in schedule.lines
    )
    contract = Contract(
        terms=terms, annual_rate_bps=terms.annual_rate_bps, matures_on=schedule.maturity_date
    )
    return contract, rows
