"""综合融资成本: everything the borrower pays, as one annual percentage (金规〔2026〕2号).

The internal rate of return of the monthly cash flow, times twelve (单利年化): a loan without fees
costs exactly its contract rate, and each fee makes it dearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.interest import MONTHS_PER_YEAR, exactly
from servicing.domain.schedule import Schedule

DECIMALS: Final = Decimal("0.0001")
"""Percent with four decimals: 4.3500 is 4.35 %."""
CONVERGED: Final = Decimal("1e-18")
MAX_STEPS: Final = 200
PERCENT: Final = 100


def annual_cost_pct(schedule: Schedule) -> Decimal:
    """The all-in annual cost of a loan that is repaid as planned.

    The plan's lines are one month apart; months without payment count as zero.
    """
    received = schedule.terms.principal
    paid = [line.total for line in schedule.lines]
    with exactly():
        yearly = monthly_return(received, paid) * MONTHS_PER_YEAR * PERCENT
        return yearly.quantize(DECIMALS, rounding=ROUND_HALF_UP)


def monthly_return(received: Money, paid: Sequence[Money]) -> Decimal:
    """The monthly rate at which the payments are worth what was received.

    Value falls as the rate grows, so bisection finds the one rate; Newton's step, taken whenever
    it stays between the bounds, makes it quick.
    """
    amounts = [Decimal(payment.minor) for payment in paid]
    goal = Decimal(received.minor)
    if sum(amounts) < goal:
        raise ValueError("payments are less than what was received: the loan has no cost")
    with exactly():
        low, high = Decimal(0), Decimal(1)
        while _value(amounts, high)[0] > goal:
            low, high = high, high * 2
        rate = low
        for _ in range(MAX_STEPS):
            value, slope = _value(amounts, rate)
            low, high = (rate, high) if value >= goal else (low, rate)
            if high - low < CONVERGED:
                break
            newton = rate - (value - goal) / slope
            step = newton if low < newton < high else (low + high) / 2
            if abs(step - rate) < CONVERGED:
                return step
            rate = step
        return rate


def _value(amounts: Sequence[Decimal], rate: Decimal) -> tuple[Decimal, Decimal]:
    """Present value of the payments, and its slope."""
    discount = 1 / (1 + rate)
    value = slope = Decimal(0)
    factor = Decimal(1)
    for month, amount in enumerate(amounts, start=1):
        factor *= discount
        value += amount * factor
        slope -= month * amount * factor * discount
    return value, slope
