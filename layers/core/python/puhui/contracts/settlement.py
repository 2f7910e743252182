"""How a product's loans are counted, repaid and penalised (结算参数): part of the product.

The names follow the parameter dictionary of a Chinese settlement system; `puhui.settlement_names`
has each parameter's code there and the Chinese name of every value.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from puhui.contracts.common import Contract, Months, RateBps

InterestCalc = Literal["PERIOD", "DAILY"]
YearDays = Literal["360", "364", "365", "ACTUAL"]
MonthDays = Literal["30", "ACTUAL"]
HeadTail = Literal["HEAD", "BOTH", "TAIL"]
Rounding = Literal["HALF_UP", "HALF_EVEN", "DOWN", "UP"]
PenaltyMode = Literal["NONE", "OVERDUE_PRINCIPAL", "WHOLE_PRINCIPAL"]
GraceInterest = Literal["NONE", "NORMAL", "PENALTY"]
PenaltyType = Literal["FLOATING", "FIXED"]
PrepayStrategy = Literal["REDUCE_INSTALLMENT", "SHORTEN_TERM", "ABSORB_NEXT"]
PrepayInterest = Literal["NONE", "FULL_PERIOD", "ON_PREPAID"]
Allocation = Literal["BY_INSTALMENT", "BY_COMPONENT"]
Repricing = Literal["NONE", "ANNIVERSARY", "FIXED_DATE", "EACH_PERIOD"]
HolidayShift = Literal["NONE", "NEXT", "PREVIOUS"]
InstalmentPeriod = Literal["MONTH", "QUARTER", "HALF_YEAR", "YEAR"]
DueDay = Literal["DRAWDOWN_DAY", "FIXED"]
FirstPeriod = Literal["THIS_MONTH", "NEXT_MONTH", "FULL_MONTH"]
FirstInstalment = Literal["NORMAL", "ACTUAL_DAYS"]

UpliftPct = Annotated[int, Field(strict=True, ge=0, le=1_000)]
"""What is added to the contract's rate, in percent of it: 50 makes 6 % into 9 %."""
PrincipalShare = Annotated[int, Field(strict=True, ge=1, le=10_000)]
"""A part of the original principal in basis points: 500 is 5 %."""
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")]
"""A day that every year has: 01-01 to 12-28."""
MAX_DUE_DAY: Final = 28


class SettlementParameters(Contract):
    """The settlement of a product's loans; the defaults are the profile CN_DEFAULT."""

    interest_calc: InterestCalc = "PERIOD"
    year_days: YearDays = "360"
    month_days: MonthDays = "30"
    segment_interest: bool = True
    head_tail: HeadTail = "HEAD"
    rounding: Rounding = "HALF_UP"
    decimals: Annotated[int, Field(strict=True, ge=0, le=2)] = 2
    penalty_mode: PenaltyMode = "OVERDUE_PRINCIPAL"
    grace_days: Annotated[int, Field(strict=True, ge=0, le=30)] = 0
    grace_interest: GraceInterest = "NONE"
    penalty_type: PenaltyType = "FLOATING"
    penalty_uplift_pct: UpliftPct = 50
    penalty_rate_bps: RateBps | None = None
    misuse_uplift_pct: UpliftPct = 100
    compound_interest: bool = True
    prepay_strategy: PrepayStrategy = "SHORTEN_TERM"
    prepay_interest: PrepayInterest = "ON_PREPAID"
    prepay_fee_months: Annotated[int, Field(strict=True, ge=0, le=3)] = 0
    allocation: Allocation = "BY_INSTALMENT"
    repricing: Repricing = "NONE"
    repricing_day: MonthDay | None = None
    holiday_shift: HolidayShift = "NONE"
    due_day: DueDay = "DRAWDOWN_DAY"
    due_day_of_month: Annotated[int, Field(strict=True, ge=1, le=MAX_DUE_DAY)] | None = None
    first_period: FirstPeriod = "NEXT_MONTH"
    first_instalment: FirstInstalment = "NORMAL"
    instalment_period: InstalmentPeriod = "MONTH"
    amortisation_months: Months | None = None
    principal_share_bps: PrincipalShare | None = None
    principal_grace: Annotated[int, Field(strict=True, ge=0, le=60)] = 0
    non_accrual_after_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 90


CN_DEFAULT: Final = SettlementParameters()
"""逐笔计息，月利率＝年利率÷12，算头不算尾，四舍五入到分；逾期加收50%，挪用加收100%，逾期90天转非应计。"""
