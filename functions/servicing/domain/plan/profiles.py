"""How one family of products counts interest (计息规则): ready-made choices of a plan's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from servicing.domain.plan.choices import ACTUAL, InterestCalc, Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestProfile:
    """A named choice of day count and rounding; the name is part of every schedule's hash."""

    code: str
    name: str
    interest_calc: InterestCalc
    year_days: int
    month_days: int | Literal["ACTUAL"]
    rounding: Rounding = Rounding.HALF_UP


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
