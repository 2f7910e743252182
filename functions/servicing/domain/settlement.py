"""A product's settlement parameters as the rules that servicing follows."""

from __future__ import annotations

from typing import Final

from puhui.contracts.settlement import SettlementParameters
from servicing.domain.account.rules import (
    AllocateBy,
    GraceInterest,
    PenaltyBase,
    PrepayInterest,
    ServicingRules,
)

PENALTY_BASES: Final = {
    "NONE": PenaltyBase.NONE,
    "OVERDUE_PRINCIPAL": PenaltyBase.OVERDUE_PRINCIPAL,
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
    "NONE": PrepayInterest.NONE,
    "FULL_PERIOD": PrepayInterest.FULL_PERIOD,
    "ON_PREPAID": PrepayInterest.ON_PREPAID,
}
PENALTY_YEAR_DAYS: Final = {"360": 360, "364": 364, "365": 365, "ACTUAL": 365}
"""罚息 counts days; where interest counts the real year, penalties count 365 days of it."""


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
    )
