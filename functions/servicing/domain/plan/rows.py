"""A drawn plan: its rows, what they total, and what a row has earned by any day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.plan.rounding import exactly
from servicing.domain.plan.terms import PlanTerms

FEN: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of a row with one balance and one rate (分段计息); `interest` is not rounded."""

    from_date: date
    to_date: date
    balance: Decimal
    annual_rate_pct: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One payment: what falls due (or is paid ahead) on a day, and what is owed after it.

    `interest` is what falls due. `earned` is what the row's own segments earned: the two differ
    only where grace or a partly paid interest defers some of it to a later row.
    """

    n: int
    from_date: date
    due_date: date
    days: int
    principal: Decimal
    interest: Decimal
    balance: Decimal
    earned: Decimal
    segments: tuple[Segment, ...]

    @property
    def total(self) -> Decimal:
        """Principal and interest together."""
        return self.principal + self.interest

    def after(self, earlier: PlanRow) -> PlanRow:
        """The row, settled before its day, with another row put before it."""
        start = max(self.from_date, earlier.due_date)
        return replace(
            self,
            n=self.n + 1,
            from_date=start,
            days=(self.due_date - start).days,
            balance=earlier.balance - self.principal,
        )


@dataclass(frozen=True, slots=True)
class Payoff:
    """What settles the loan on a day (结清金额)."""

    date: date
    principal: Decimal
    interest: Decimal

    @property
    def total(self) -> Decimal:
        """Principal and interest together."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Drawdown:
    """Money that went out (放款): no row, but part of the cash flow."""

    date: date
    amount: Decimal


@dataclass(frozen=True)
class Plan:
    """Rows in the order of their days; equal terms and events always give the same plan."""

    terms: PlanTerms
    rows: tuple[PlanRow, ...]
    drawdowns: tuple[Drawdown, ...]
    payoff: Payoff | None = None

    @property
    def total_principal(self) -> Decimal:
        """Everything that was lent comes back."""
        return sum((row.principal for row in self.rows), Decimal(0))

    @property
    def total_interest(self) -> Decimal:
        """All interest of all rows."""
        return sum((row.interest for row in self.rows), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Everything that the borrower pays, fees aside."""
        return self.total_principal + self.total_interest


def accrued_interest(row: PlanRow, on: date) -> Money:
    """Interest that a row has earned by a day (应计利息), to the 分: nothing at its start, all at
    its due day.

    Within a segment interest grows evenly with calendar days; it never falls from day to day.
    """
    whole = row.earned.quantize(FEN, rounding=ROUND_HALF_UP)
    if on >= row.due_date:
        return Money.of_yuan(whole)
    with exactly():
        earned = Decimal(0)
        for segment in row.segments:
            if on >= segment.to_date:
                earned += segment.interest
            elif on > segment.from_date:
                days = (segment.to_date - segment.from_date).days
                earned += segment.interest * (on - segment.from_date).days / days
        return Money.of_yuan(min(earned.quantize(FEN, rounding=ROUND_HALF_UP), whole))
