"""What items cost a year (折合年化), and what everything costs together (综合融资成本年化)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.annual_cost import DECIMALS, PERCENT, monthly_return
from servicing.domain.disclosure.fees import ChargedFee
from servicing.domain.interest import MONTHS_PER_YEAR, exactly
from servicing.domain.schedule import Schedule

DAYS_PER_YEAR: Final = 365
CONVENTION: Final = (
    "综合融资成本按内部收益率法：各期本息和费用的折现值等于实际取得的本金，月收益率×12（单利年化）；"
    "费用折合年化＝费用÷（剩余本金×占用天数÷365）"
)


def all_in_cost_pct(schedule: Schedule, fees: Sequence[ChargedFee]) -> Decimal:
    """The internal rate of return of the borrower's payments, times twelve, in percent.

    A fee between two due days counts as paid on the earlier one, so that the cost is never
    understated.
    """
    lines = schedule.lines
    received = schedule.terms.principal
    paid = [line.total for line in lines]
    due = [schedule.terms.disbursement_date, *(line.due_date for line in lines)]
    for fee in fees:
        for on in fee.days:
            month = max(n for n, day in enumerate(due) if day <= on)
            if month == 0:
                received = received - fee.amount
            else:
                paid[month - 1] = paid[month - 1] + fee.amount
    with exactly():
        yearly = monthly_return(received, paid) * MONTHS_PER_YEAR * PERCENT
        return yearly.quantize(DECIMALS, rounding=ROUND_HALF_UP)


def yearly_pct(amount: Money, schedule: Schedule) -> Decimal:
    """An amount as percent a year of the principal in use: 分 over 分 × days ÷ 365."""
    balance, used = schedule.terms.principal, 0
    for line in schedule.lines:
        used += balance.minor * line.days
        balance = line.balance
    with exactly():
        share = Decimal(amount.minor * DAYS_PER_YEAR * PERCENT) / used
        return share.quantize(DECIMALS, rounding=ROUND_HALF_UP)


def contract_pct(annual_rate_bps: int) -> Decimal:
    """A rate in basis points as percent with four decimals."""
    return Decimal(annual_rate_bps).scaleb(-2).quantize(DECIMALS)
