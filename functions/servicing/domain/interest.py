"""How interest is counted (计息规则): parts of a year, rounding; each product profile is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final

from puhui.money import Money

PRECISION: Final = 50
"""Digits of intermediate results: far beyond any tie that rounding to 分 could misjudge."""
BPS_PER_UNIT: Final = 10_000
MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One interest period: its first day counts, its last does not (算头不算尾)."""

    from_date: date
    to_date: date
    months: int

    @property
    def days(self) -> int:
        """Calendar days of the period."""
        return (self.to_date - self.from_date).days


YearParts = tuple[int, int]
"""A part of a year as numerator and denominator, so that no digit is lost before rounding."""


def by_whole_months(period: Period) -> YearParts:
    """逐笔计息，对年对月对日: each month is a twelfth of a year, calendar days ignored."""
    return period.months, MONTHS_PER_YEAR


def by_days_of_360(period: Period) -> YearParts:
    """按实际天数，日利率 = 年利率 ÷ 360."""
    return period.days, 360


def by_days_of_365(period: Period) -> YearParts:
    """按实际天数，日利率 = 年利率 ÷ 365."""
    return period.days, 365


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestProfile:
    """How one family of products counts interest and rounds it."""

    code: str
    name: str
    year_parts: Callable[[Period], YearParts]
    rounding: str = ROUND_HALF_UP

    def interest(self, balance: Money, annual_rate_bps: int, period: Period) -> Money:
        """Interest of one period, rounded once, to the 分."""
        parts, whole = self.year_parts(period)
        with exactly():
            owed = Decimal(balance.minor * annual_rate_bps * parts) / (BPS_PER_UNIT * whole)
            return rounded(owed, self.rounding)

    def rate(self, annual_rate_bps: int, period: Period) -> Decimal:
        """The rate of one period, unrounded."""
        parts, whole = self.year_parts(period)
        with exactly():
            return Decimal(annual_rate_bps * parts) / (BPS_PER_UNIT * whole)


PROFILES: Final[Mapping[str, InterestProfile]] = {
    profile.code: profile
    for profile in (
        InterestProfile(
            code="CN_DEFAULT", name="逐笔计息，月利率＝年利率÷12", year_parts=by_whole_months
        ),
        InterestProfile(
            code="CN_ACTUAL_360", name="按实际天数计息，年按360天", year_parts=by_days_of_360
        ),
        InterestProfile(
            code="CN_ACTUAL_365", name="按实际天数计息，年按365天", year_parts=by_days_of_365
        ),
    )
}
CN_DEFAULT: Final = PROFILES["CN_DEFAULT"]


def rounded(minor: Decimal, rounding: str = ROUND_HALF_UP) -> Money:
    """An amount in 分, rounded to a whole one."""
    return Money(int(minor.to_integral_value(rounding=rounding)))


def exactly() -> AbstractContextManager[Context]:
    """A decimal context with enough digits; restores the caller's context."""
    return localcontext(prec=PRECISION)
