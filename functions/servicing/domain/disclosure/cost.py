"""What items cost a year (折合年化), and what everything costs together (综合融资成本年化)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from puhui.money import Money
from servicing.domain.disclosure.fees import ChargedFee
from servicing.domain.plan import Fee, Plan
from servicing.domain.plan.annual_cost import DECIMALS, PERCENT, annual_cost_pct
from servicing.domain.plan.rounding import exactly
from servicing.domain.schedule import Schedule

DAYS_PER_YEAR: Final = 365
PERIOD_RETURNS: Final = {1: "月收益率×12", 3: "季收益率×4", 6: "半年收益率×2", 12: "年收益率"}
"""By the months of a repayment period."""


def convention(every_months: int) -> str:
    """How the annual figures are reckoned."""
    return (
        "综合融资成本按内部收益率法：各期本息和费用的折现值等于实际取得的本金，"
        f"{PERIOD_RETURNS[every_months]}（单利年化）；费用折合年化＝费用÷（剩余本金×占用天数÷365）"
    )


def all_in_cost_pct(plan: Plan, fees: Sequence[ChargedFee]) -> Decimal:
    """The internal rate of return of all that the borrower pays, of a year, in percent."""
    flows = tuple(
        Fee(name=fee.fee.name, amount=fee.amount.yuan, date=on, payee=fee.fee.payee)
        for fee in fees
        for on in fee.days
    )
    return annual_cost_pct(replace(plan, terms=replace(plan.terms, fees=flows)))


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
