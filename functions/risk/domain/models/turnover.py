"""Turnover days of stock, receivables, payables and advances (周转天数 = 360 / 周转次数)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from risk.domain.models.exact import require_not_negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """Average balances of the year, and the cost of what was sold. None: not known."""

    sales_cost_fen: int | None
    """销售成本: stock, payables and prepayments turn over it, never over sales."""
    stock_fen: int | None
    receivable_fen: int | None
    payable_fen: int | None
    prepaid_fen: int | None
    advance_fen: int | None
    """预收账款: what buyers paid before delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDays:
    """Turnover days as an analyst forecasts them. None: not known."""

    stock_days: int | None
    receivable_days: int | None
    payable_days: int | None
    prepaid_days: int | None
    advance_days: int | None

    def cycle(self) -> Fraction | None:
        """Stock + receivable − payable + prepaid − advance, where all are known."""
        require_not_negative(self, *CycleDays.__slots__)
        gained = _sum(self.stock_days, self.receivable_days, self.prepaid_days)
        lent = _sum(self.payable_days, self.advance_days)
        return None if gained is None or lent is None else Fraction(gained - lent)


def days_from(
    balances: Balances | None, *, sales_fen: int | None, period_days: int
) -> Fraction | None:
    """The days that money stays in the trade, from balances; exact, unknown where a part is.

    应收、预收: 销售收入 / 平均余额; 存货、应付、预付: 销售成本 / 平均余额.
    """
    if balances is None:
        return None
    require_not_negative(balances, *Balances.__slots__)
    by_cost = _sum(balances.stock_fen, balances.prepaid_fen)
    payable, advance = balances.payable_fen, balances.advance_fen
    receivable, cost = balances.receivable_fen, balances.sales_cost_fen
    if by_cost is None or payable is None or advance is None or receivable is None:
        return None
    if not cost or not sales_fen:
        return None
    over_cost = Fraction(by_cost - payable, cost)
    over_sales = Fraction(receivable - advance, sales_fen)
    return period_days * (over_cost + over_sales)


def _sum(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
