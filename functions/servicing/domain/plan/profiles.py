"""How one family of products counts and repays (计息规则): ready-made choices of a plan's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Final, Literal

from puhui.settlement import BALLOON_METHODS, BY_SHARE, GRACE_METHODS
from servicing.domain.plan.calendar import ONE_DAY, months_after
from servicing.domain.plan.choices import ACTUAL, HeadTail, HolidayShift, InterestCalc, Rounding


@dataclass(frozen=True, slots=True)
class DueDay:
    """A fixed day of the month on which instalments fall due (固定还款日), and the first of them.

    `THIS_MONTH` is the first such day after disbursement, `NEXT_MONTH` the first in a later month,
    `FULL_MONTH` the first that lies a whole month or more after disbursement. Due every quarter,
    such days are those of March, June, September and December (季末月).
    """

    day: int
    first: Literal["THIS_MONTH", "NEXT_MONTH", "FULL_MONTH"]
    every: int = 1

    def first_after(self, disbursed_on: date) -> date:
        """The first due day of a loan."""
        earliest = {
            "THIS_MONTH": disbursed_on + ONE_DAY,
            "NEXT_MONTH": months_after(disbursed_on.replace(day=1), 1),
            "FULL_MONTH": months_after(disbursed_on, 1),
        }[self.first]
        this = disbursed_on.replace(day=self.day)
        days = (months_after(this, months) for months in count())
        return next(day for day in days if day >= earliest and day.month % self.every == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestProfile:
    """A named choice of day count and rounding; the name is part of every schedule's hash.

    What comes after `head_tail` shows in the days and amounts of the plan itself, not in the name.
    """

    code: str
    name: str
    interest_calc: InterestCalc
    year_days: int | Literal["ACTUAL"]
    month_days: int | Literal["ACTUAL"]
    rounding: Rounding = Rounding.HALF_UP
    decimals: int = 2
    """Of interest; principal is whole 分."""
    head_tail: HeadTail = HeadTail.HEAD
    due_day: DueDay | None = None
    """None: the day of disbursement, month by month."""
    holiday_shift: HolidayShift = HolidayShift.NONE
    first_by_days: bool = False
    """Of equal instalments, the first one's interest is counted by its days."""
    every_months: int = 1
    """还款周期: instalments fall due every month, quarter, half year or year."""
    amortised_over: int | None = None
    """气球贷: equal instalments and equal principal are sized for so many instalments."""
    percent: Decimal | None = None
    """按比例还本: of the original principal, with each instalment."""
    principal_grace: int = 0
    """只付息不还本 for so many first instalments."""

    def repaying_by(self, method: str) -> dict[str, Any]:
        """The terms that only some methods have."""
        balloon = self.amortised_over if method in BALLOON_METHODS else None
        return {
            "first_by_days": self.first_by_days and method == "EQUAL_INSTALLMENT",
            "amortised_over": balloon,
            "percent": self.percent if method == BY_SHARE else None,
            "principal_grace": self.principal_grace if method in GRACE_METHODS else 0,
        }


PROFILES: Final[Mapping[str, InterestProfile]] = {
    profile.code: profile
    for profile in (
        InterestProfile(
            code="CN_DEFAULT",
            name="逐笔计息，月利率＝年利率÷12",
            interest_calc=InterestCalc.PERIOD,
            year_days=360,
            month_days=30,
        ),
        InterestProfile(
            code="CN_ACTUAL_360",
            name="按实际天数计息，年按360天",
            interest_calc=InterestCalc.DAILY,
            year_days=360,
            month_days=ACTUAL,
        ),
        InterestProfile(
            code="CN_ACTUAL_365",
            name="按实际天数计息，年按365天",
            interest_calc=InterestCalc.DAILY,
            year_days=365,
            month_days=ACTUAL,
        ),
    )
}
CN_DEFAULT: Final = PROFILES["CN_DEFAULT"]
