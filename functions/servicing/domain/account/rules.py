"""How a loan is serviced (核算参数): grace, penalty, allocation, prepayment, non-accrual.

The numbers are parameters of a product (settlement dictionary, rules.md §3.6); what stands here as
default is the bank-neutral profile `CN_DEFAULT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from servicing.domain.account.events import Component


class GraceInterest(StrEnum):
    """What late days cost when the borrower pays within the grace days (IN_PEN_FLG)."""

    NONE = "none"
    NORMAL = "normal"
    PENALTY = "penalty"


class PenaltyBase(StrEnum):
    """What the penalty rate is charged on (PEN_MOD)."""

    NONE = "none"
    OVERDUE_PRINCIPAL = "overdue_principal"
    WHOLE_PRINCIPAL = "whole_principal"
    """While anything is overdue, principal that is not due yet bears the uplift as well."""


class AllocateBy(StrEnum):
    """横向: one instalment after the other; 纵向: one component after the other (OVD_PRI_FLG)."""

    INSTALMENT = "instalment"
    COMPONENT = "component"


class PrepayInterest(StrEnum):
    """Which interest a payment before its day pays (CUR_INT_FLG)."""

    TO_DATE = "to_date"
    FULL_PERIOD = "full_period"
    AT_DUE_DAY = "at_due_day"
    """None with the payment: what was earned waits for the due day, unless the loan is paid off."""


COMPONENT_ORDER: Final = (
    Component.FEE,
    Component.PENALTY,
    Component.COMPOUND,
    Component.INTEREST,
    Component.PRINCIPAL,
)
PERCENT: Final = 100
BPS_PER_UNIT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicingRules:
    """The rules of one loan; they are fixed when it is booked.

    `penalty_uplift_pct`: 罚息 is the contract rate and so many percent of it (30 to 50);
    `misuse_uplift_pct` for funds used otherwise than agreed (50 to 100), 银发〔2003〕251号. The
    heavier counts, never both.
    """

    penalty_base: PenaltyBase = PenaltyBase.OVERDUE_PRINCIPAL
    penalty_uplift_pct: int = 50
    misuse_uplift_pct: int = 100
    penalty_rate_bps: int | None = None
    """A fixed penalty rate (PEN_TYP) instead of the contract rate and its uplift."""
    compound_interest: bool = True
    """复利: unpaid interest bears the penalty rate."""
    grace_days: int = 0
    grace_interest: GraceInterest = GraceInterest.NONE
    year_days: int = 360
    allocate_by: AllocateBy = AllocateBy.INSTALMENT
    component_order: tuple[Component, ...] = COMPONENT_ORDER
    prepay_interest: PrepayInterest = PrepayInterest.TO_DATE
    prepay_fee_months: int = 0
    """提前还款违约金 in months of interest on the prepaid principal (BRH_MOD: 1 or 3)."""
    non_accrual_after_days: int = 90
    """More days overdue stop the accrual on the balance sheet (TNSC_FLG)."""
    segment_interest: bool = True
    """分段计息: another rate counts from its own day; otherwise from the next due day (SEG_FLG)."""

    def __post_init__(self) -> None:
        """Refuse rules that no account could follow."""
        if sorted(self.component_order) != sorted(Component):
            raise ValueError("component_order names every component once")
        if min(self.grace_days, self.prepay_fee_months, self.penalty_uplift_pct) < 0:
            raise ValueError("days, months and percents are not negative")
        if self.year_days not in (360, 364, 365):
            raise ValueError("year_days is 360, 364 or 365")

    def late_rate(self, annual_rate_bps: int) -> int:
        """The penalty rate in hundredths of a basis point: 435 bps with 50 % is 65,250."""
        if self.penalty_rate_bps is not None:
            return self.penalty_rate_bps * PERCENT
        return annual_rate_bps * (PERCENT + self.penalty_uplift_pct)

    def misuse_rate(self, annual_rate_bps: int) -> int:
        """The same for misused principal: 435 bps with 100 % is 87,000."""
        return annual_rate_bps * (PERCENT + self.misuse_uplift_pct)

    @property
    def product_divisor(self) -> int:
        """What 积数 (分 × days × hundredths of bps) are divided by to become 分."""
        return BPS_PER_UNIT * PERCENT * self.year_days


CN_DEFAULT_RULES: Final = ServicingRules()
