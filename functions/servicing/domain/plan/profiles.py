"""How one family of products counts interest (计息规则): ready-made choices of a plan's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from servicing.domain.plan.calendar import months_after
from servicing.domain.plan.choices import ACTUAL, HeadTail, InterestCalc, Rounding


@dataclass(frozen=True, slots=True)
class DueDay:
    """A fixed day of the month on which instalments fall due (固定还款日), and the first of them.

    `THIS_MONTH` is the first such day after disbursement, `NEXT_MONTH` that of the next calendar
    month, `FULL_MONTH` the first that lies a whole month or more after disbursement.
    """

    day: int
    first: Literal["THIS_MONTH", "NEXT_MONTH", "FULL_MONTH"]

    def first_after(self, disbursed_on: date) -> date:
        """The first due day of a loan."""
        this = disbursed_on.replace(day=self.day)
        following = months_after(this, 1)
        if self.first == "THIS_MONTH":
            return this if this > disbursed_on else following
        if self.first == "NEXT_MONTH" or following >= months_after(disbursed_on, 1):
            return following
        return months_after(this, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestProfile:
    """A named choice of day count and rounding; the name is part of every schedule's hash."""

    code: str
    name: str
    interest_calc: InterestCalc
    year_days: int | Literal["ACTUAL"]
    month_days: int | Literal["ACTUAL"]
    rounding: Rounding = Rounding.HALF_UP
    decimals: int = 2
    head_tail: HeadTail = HeadTail.HEAD
    due_day: DueDay | None = None
    """None: the day of disbursement, month by month."""


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
