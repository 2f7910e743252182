"""A product's settlement parameters as the rules that servicing follows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final, Literal

from puhui.contracts.settlement import SettlementParameters
from puhui.settlement import PERIOD_MONTHS
from puhui.settlement_names import value_name
from servicing.domain.account.rules import (
    AllocateBy,
    GraceInterest,
    PenaltyBase,
    PrepayInterest,
    ServicingRules,
)
from servicing.domain.plan.choices import ACTUAL, HeadTail, HolidayShift, InterestCalc, Rounding
from servicing.domain.plan.profiles import PROFILES, DueDay, InterestProfile

PENALTY_BASES: Final = {
    "NONE": PenaltyBase.NONE,
    "OVERDUE_PRINCIPAL": PenaltyBase.OVERDUE_PRINCIPAL,
    "WHOLE_PRINCIPAL": PenaltyBase.WHOLE_PRINCIPAL,
}
GRACE_INTEREST: Final = {
    "NONE": GraceInterest.NONE,
    "NORMAL": GraceInterest.NORMAL,
    "PENALTY": GraceInterest.PENALTY,
}
ALLOCATIONS: Final = {
    "BY_INSTALMENT": AllocateBy.INSTALMENT,
    "BY_COMPONENT": AllocateBy.COMPONENT,
}
PREPAY_INTEREST: Final = {
    "NONE": PrepayInterest.AT_DUE_DAY,
    "FULL_PERIOD": PrepayInterest.FULL_PERIOD,
    "ON_PREPAID": PrepayInterest.TO_DATE,
}
COUNTING: Final = (
    "interest_calc",
    "year_days",
    "month_days",
    "head_tail",
    "rounding",
    "decimals",
)
"""The parameters that name a profile; the others show in the days and amounts of the plan."""
PENALTY_YEAR_DAYS: Final = {"360": 360, "364": 364, "365": 365, "ACTUAL": 365}
"""罚息 counts days; where interest counts the real year, penalties count 365 days of it."""


def profile_of(settlement: SettlementParameters) -> InterestProfile:
    """How plans with these parameters are drawn; the code is part of every schedule's hash."""
    profile = InterestProfile(
        code="-".join(str(getattr(settlement, name)) for name in COUNTING),
        name="，".join(value_name(name, settlement) for name in COUNTING),
        interest_calc=InterestCalc(settlement.interest_calc),
        year_days=_days(settlement.year_days),
        month_days=_days(settlement.month_days),
        rounding=Rounding(settlement.rounding),
        decimals=settlement.decimals,
        head_tail=HeadTail(settlement.head_tail),
        due_day=_due_day(settlement),
        holiday_shift=HolidayShift(settlement.holiday_shift),
        first_by_days=settlement.first_instalment == "ACTUAL_DAYS",
        every_months=PERIOD_MONTHS[settlement.instalment_period],
        amortised_over=_instalments(settlement),
        percent=_percent(settlement.principal_share_bps),
        principal_grace=settlement.principal_grace,
    )
    for known in PROFILES.values():
        if all(getattr(profile, name) == getattr(known, name) for name in COUNTING):
            return replace(profile, code=known.code, name=known.name)
    return profile


def _instalments(settlement: SettlementParameters) -> int | None:
    months = settlement.amortisation_months
    return None if months is None else months // PERIOD_MONTHS[settlement.instalment_period]


def _percent(bps: int | None) -> Decimal | None:
    return None if bps is None else Decimal(bps).scaleb(-2)


def _due_day(settlement: SettlementParameters) -> DueDay | None:
    if settlement.due_day_of_month is None:
        return None
    every = PERIOD_MONTHS[settlement.instalment_period]
    return DueDay(settlement.due_day_of_month, settlement.first_period, every)


def _days(text: str) -> int | Literal["ACTUAL"]:
    return ACTUAL if text == ACTUAL else int(text)


def rules_of(settlement: SettlementParameters) -> ServicingRules:
    """The rules of a loan with these parameters."""
    fixed = settlement.penalty_type == "FIXED"
    return ServicingRules(
        penalty_base=PENALTY_BASES[settlement.penalty_mode],
        penalty_uplift_pct=settlement.penalty_uplift_pct,
        misuse_uplift_pct=settlement.misuse_uplift_pct,
        penalty_rate_bps=settlement.penalty_rate_bps if fixed else None,
        compound_interest=settlement.compound_interest,
        grace_days=settlement.grace_days,
        grace_interest=GRACE_INTEREST[settlement.grace_interest],
        year_days=PENALTY_YEAR_DAYS[settlement.year_days],
        allocate_by=ALLOCATIONS[settlement.allocation],
        prepay_interest=PREPAY_INTEREST[settlement.prepay_interest],
        prepay_fee_months=settlement.prepay_fee_months,
        non_accrual_after_days=settlement.non_accrual_after_days,
        segment_interest=settlement.segment_interest,
    )
