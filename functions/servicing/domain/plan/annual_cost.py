"""综合融资成本: everything the borrower pays, as one annual percentage (金规〔2026〕2号).

The internal rate of return per period of the plan, times the periods of a year (单利年化): a loan
without fees whose interest is counted by periods costs exactly its contract rate, and each fee
makes it dearer. Interest by actual days over a year of 360 days costs more than its rate says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Final

from servicing.domain.plan.calendar import periods_after, periods_of
from servicing.domain.plan.choices import MONTHS
from servicing.domain.plan.rounding import exactly
from servicing.domain.plan.rows import Plan
from servicing.domain.plan.terms import MAX_INSTALMENTS, PlanTerms

DECIMALS: Final = Decimal("0.0001")
"""Percent with four decimals: 4.3500 is 4.35 %."""
CONVERGED: Final = Decimal("1e-18")
MAX_STEPS: Final = 200
MAX_DOUBLINGS: Final = 64
"""A rate that is not found below 10^19 per period is none."""
PERCENT: Final = 100


class NoAnnualCost(ValueError):
    """No rate makes what is paid worth what is received."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Money at a moment that is counted in periods: what the borrower receives is above 0."""

    at: Decimal
    amount: Decimal


def annual_cost_pct(plan: Plan) -> Decimal:
    """The all-in annual cost of a loan that is repaid as its plan says, its fees included."""
    with exactly():
        moments = _Moments(plan.terms)
        flows = [Flow(moments.of(one.date), one.amount) for one in plan.drawdowns]
        flows += [Flow(moments.of(fee.date), -fee.amount) for fee in plan.terms.fees]
        flows += [Flow(moments.of(row.due_date), -row.total) for row in plan.rows]
        yearly = period_return(flows) * _periods_per_year(plan.terms) * PERCENT
        return yearly.quantize(DECIMALS, rounding=ROUND_HALF_UP)


def period_return(flows: Sequence[Flow]) -> Decimal:
    """The rate per period at which what is paid is worth what is received.

    The worth of the payments falls as the rate grows, so bisection finds the rate; Newton's step,
    taken whenever it stays between the bounds, makes it quick.
    """
    if sum(flow.amount for flow in flows) > 0:
        raise NoAnnualCost("payments are less than what was received: the loan has no cost")
    with exactly():
        low, high = _bounds(flows)
        rate = low
        for _ in range(MAX_STEPS):
            value, slope = _value(flows, rate)
            low, high = (rate, high) if value <= 0 else (low, rate)
            if high - low < CONVERGED:
                break
            newton = rate - value / slope if slope else low
            step = newton if low < newton < high else (low + high) / 2
            if abs(step - rate) < CONVERGED:
                return step
            rate = step
        return rate


def _bounds(flows: Sequence[Flow]) -> tuple[Decimal, Decimal]:
    """Two rates between which the return lies."""
    low, high = Decimal(0), Decimal(1)
    for _ in range(MAX_DOUBLINGS):
        if _value(flows, high)[0] >= 0:
            return low, high
        low, high = high, high * 2
    raise NoAnnualCost("whatever the rate, what is received is worth less than what is paid")


def _value(flows: Sequence[Flow], rate: Decimal) -> tuple[Decimal, Decimal]:
    """Present value of what is received less what is paid, and its slope."""
    growth = 1 + rate
    value = slope = Decimal(0)
    for flow in flows:
        worth = flow.amount / growth**flow.at
        value += worth
        slope -= worth * flow.at / growth
    return value, slope


def _periods_per_year(terms: PlanTerms) -> Decimal:
    frequency = terms.frequency
    if frequency.unit == MONTHS:
        return Decimal(12) / frequency.every
    return Decimal(364 if frequency.weekly else 365) / frequency.every


class _Moments:
    """Days as moments: due days are whole numbers, a day between them its share of the period.

    A period that is longer or shorter than the frequency counts by its days; so does the time
    after the last due day.
    """

    def __init__(self, terms: PlanTerms) -> None:
        self._terms = terms
        self._marks = list(self._due_moments())

    def of(self, day: date) -> Decimal:
        """Periods from the disbursement to a day."""
        before = self._marks[0]
        for mark in self._marks[1:]:
            if day <= mark[0]:
                break
            before = mark
        else:
            mark = (periods_after(before[0], self._terms.frequency, 1), before[1] + 1)
        start, at = before
        if day <= start:
            return at
        return at + (mark[1] - at) * (day - start).days / (mark[0] - start).days

    def _due_moments(self) -> Iterator[tuple[date, Decimal]]:
        at = Decimal(0)
        yield self._terms.disbursement_date, at
        for period in islice(periods_of(self._terms), MAX_INSTALMENTS):
            if period.whole:
                at += 1
            else:
                start = periods_after(period.grid_due, self._terms.frequency, -1)
                days = (period.grid_due - period.grid_from).days
                at += Decimal(days) / (period.grid_due - start).days
            yield period.due_date, at
