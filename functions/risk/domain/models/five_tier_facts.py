"""What the five tiers and the expected loss are made of: a debtor's loans, and the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Tier = Literal["normal", "attention", "substandard", "doubtful", "loss"]
Stage = Literal[1, 2, 3]
TIERS: Final[tuple[Tier, ...]] = ("normal", "attention", "substandard", "doubtful", "loss")
"""From best to worst; the last three are non-performing (不良)."""
TIER_NAMES: Final = {
    "normal": "正常",
    "attention": "关注",
    "substandard": "次级",
    "doubtful": "可疑",
    "loss": "损失",
}
PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One loan as the bank's books and models know it; None is not known.

    What the bank itself decides or books is always known, so those facts have no default.
    """

    loan_id: str
    balance_fen: int
    undrawn_fen: int
    """What may still be drawn."""
    overdue_days: int
    """Since the oldest principal or interest is due; 0 when nothing is."""
    overdue_is_technical: bool = False
    """Late for operational or technical reasons only, as a person has confirmed."""
    tier_before: Tier
    """The tier of the last classification; of a new loan 正常."""
    paid_up_months: int | None = None
    """Full months paid in full and on time since all arrears were cleared."""
    paid_up_periods: int | None = None
    """Repayment periods paid in full and on time since then."""
    will_keep_paying: bool | None = None
    """A person has judged that the debtor can keep performing."""
    credit_impaired: bool
    """By the accounting standard CAS 22, article 40."""
    refinanced: bool
    """Kept performing by new debt (借新还旧)."""
    refinanced_as_qualified_renewal: bool = False
    """Renewed under model M26 with its conditions met: that alone is no ground for 关注."""
    conceded: bool
    """Principal or interest has been waived."""
    use_changed: bool | None = None
    """Funds used otherwise than agreed, without consent (model M23)."""
    adverse_factors: bool | None = None
    """An orange or red early warning stands (model M24)."""
    restructured: bool
    restructured_again: bool
    """A second time within the observation period."""
    observed_from: date | None = None
    """First due date after the restructuring, or the day since which it was broken last."""
    observed_periods: int | None = None
    """Consecutive periods paid in full and on time since then."""
    difficulty_resolved: bool | None = None
    """The debtor's financial difficulty is over."""
    default_12m_ppm: int | None = None
    """Probability of default within twelve months."""
    default_life_ppm: int | None = None
    """Probability of default until maturity."""
    default_life_at_grant_ppm: int | None = None
    """The same, as it was for this remaining life when the loan was granted."""
    loss_given_default_ppm: int | None = None
    rate_bps: int | None = None
    """Effective rate of interest a year."""
    remaining_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """A debtor with all loans at this bank, on a day."""

    as_of: date
    retail: bool
    """A retail debtor: the rules across a debtor's loans are for the others."""
    loans: tuple[Loan, ...]
    outside_facts_on: date | None
    """When bureau and courts were last asked about the facts below; None: never."""
    evades_debt: bool
    dishonest: bool
    """失信被执行人, or bankruptcy has been filed."""
    in_liquidation: bool
    """Bankruptcy liquidation has begun."""
    rating_collapsed: bool
    """An external rating has fallen so far that the debtor can hardly perform."""
    npa_elsewhere: bool
    """A non-performing loan at another bank."""
    overdue_90_everywhere_ppm: int
    """The share of the debts at all banks that is overdue by more than 90 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The numbers of the rule and of the formula."""

    technical_days: int
    """Up to so many days a technical delay does not count."""
    substandard_after_days: int
    doubtful_after_days: int
    loss_after_days: int
    cross_share_ppm: int
    """More of a debtor's debt here being non-performing makes all of it so."""
    everywhere_share_ppm: int
    """More of the debts at all banks overdue by 90 days makes the debt here 次级."""
    doubtful_loss_ppm: int
    """An impaired loan of which so much is expected to be lost is 可疑."""
    certain_loss_ppm: int
    """And of which so much, 损失."""
    observation_months: int
    observation_periods: int
    upgrade_months: int
    upgrade_periods: int
    outside_facts_max_days: int
    stage_2_after_days: int
    rise_percent: int
    """A default probability grown to so many percent of that at grant is a significant rise."""
    low_risk_ppm: int
    """Up to this probability until maturity no rise is significant."""
    conversion_ppm: int
    """The share of the undrawn amount that is expected to be drawn at default."""
    stage_1_discount_days: int
    recovery_days: int
    """From a default to what is recovered."""


def worse(first: Tier, second: Tier) -> Tier:
    """The worse of two tiers."""
    return max(first, second, key=TIERS.index)


def is_non_performing(tier: Tier) -> bool:
    """次级, 可疑 or 损失."""
    return TIERS.index(tier) >= TIERS.index("substandard")
