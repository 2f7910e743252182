"""Stage and expected credit loss of a loan (预期信用损失): PD · LGD · EAD, discounted simply.

EAD = balance + undrawn · conversion. The loss is divided by 1 + rate · days / 360 with the days
until it is expected, and rounded up to a whole 分, once. A later stage never asks for less than
the stages before it. A probability, loss or rate that is not known counts as 100 %, 100 % and 0.
"""

from __future__ import annotations

from typing import Final

from risk.domain.models.five_tier_facts import PPM, Loan, Parameters, Stage, Tier
from risk.domain.models.five_tier_facts import is_non_performing as non_performing
from risk.domain.models.five_tiers import counted_days

BPS: Final = 10_000
YEAR_DAYS: Final = 360


def stage_of(loan: Loan, tier: Tier, other_grounds: bool, parameters: Parameters) -> Stage:
    """3 when non-performing; 2 after 30 days or a significant rise of the risk; else 1.

    `other_grounds`: the loan is 关注 for more than the overdue days alone.
    """
    if non_performing(tier):
        return 3
    late = counted_days(loan, parameters) > parameters.stage_2_after_days
    return 2 if late or other_grounds or has_risen(loan, parameters) else 1


def has_risen(loan: Loan, parameters: Parameters) -> bool:
    """Whether the risk of default until maturity has risen significantly since the grant."""
    now, then = loan.default_life_ppm, loan.default_life_at_grant_ppm
    if now is None:
        return True
    if now <= parameters.low_risk_ppm:
        return False
    return then is None or now * 100 >= then * parameters.rise_percent


def exposure_fen(loan: Loan, parameters: Parameters) -> int:
    """What is owed at default, rounded up."""
    return loan.balance_fen + _up(loan.undrawn_fen * parameters.conversion_ppm, PPM)


def expected_loss_fen(loan: Loan, stage: Stage, parameters: Parameters) -> int:
    """The expected loss of the stage, and never less than that of a stage before."""
    remaining = loan.remaining_days or 0
    paths = (
        (_or_all(loan.default_12m_ppm), min(parameters.stage_1_discount_days, remaining // 2)),
        (_or_all(loan.default_life_ppm), remaining // 2),
        (PPM, parameters.recovery_days),
    )
    return max(_discounted(loan, chance, days, parameters) for chance, days in paths[:stage])


def _discounted(loan: Loan, chance_ppm: int, days: int, parameters: Parameters) -> int:
    loss = exposure_fen(loan, parameters) * chance_ppm * _or_all(loan.loss_given_default_ppm)
    year = BPS * YEAR_DAYS
    return _up(loss * year, PPM * PPM * (year + (loan.rate_bps or 0) * days))


def _or_all(share_ppm: int | None) -> int:
    return PPM if share_ppm is None else share_ppm


def _up(top: int, bottom: int) -> int:
    """A quotient rounded up.

    >>> _up(7, 2)
    4
    """
    return -(-top // bottom)
