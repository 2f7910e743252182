"""Expected credit loss (预期信用损失): the bank's own parameters, and what a provision must change.

Probabilities are of default, in parts per million. They are starting values of ours; a bank
replaces them by its own migrations before it books by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from puhui.money import Money
from servicing.domain.account.position import LoanPosition
from servicing.domain.classification.rules import ClassificationRules, Source
from servicing.domain.classification.tiers import Stage, Tier

PPM: Final = 1_000_000
MONTHS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LossParameters:
    """Default within twelve months by the last day of each bucket, and the loss at default."""

    default_12m_ppm: tuple[tuple[int, int], ...] = (
        (0, 15_000),
        (30, 100_000),
        (60, 300_000),
        (90, 500_000),
    )
    loss_given_default_ppm: int = 450_000

    def default_within_a_year(self, days: int) -> int:
        """The probability by days overdue; certain beyond the last bucket."""
        return next((ppm for last, ppm in self.default_12m_ppm if days <= last), PPM)

    def default_until_maturity(self, days: int, remaining_days: int) -> int:
        """The probability for the remaining life, by whole years begun, at most certain."""
        years = max(1, -(-remaining_days // 365))
        return min(PPM, self.default_within_a_year(days) * years)


DEFAULT_LOSSES: Final = LossParameters()
SOURCES: Final[Mapping[str, Source]] = {
    "default_12m_ppm": Source("起始值，须以本行迁徙率替换", "✎"),
    "loss_given_default_ppm": Source("商业银行资本管理办法：初级内评法无担保45%", "✎"),
}


def stage_of(tier: Tier, days: int, rules: ClassificationRules) -> Stage:
    """3 when non-performing, 2 after 30 days, else 1: all that overdue days alone can tell."""
    if tier.is_non_performing:
        return 3
    return 2 if days > rules.stage_2_after_days else 1


def loss_by_days(
    balance: Money, stage: Stage, days: int, remaining_days: int, losses: LossParameters
) -> Money:
    """The expected loss without the model: all of it is lost at default, nothing discounted."""
    chances: Mapping[Stage, int] = {
        1: losses.default_within_a_year(days),
        2: losses.default_until_maturity(days, remaining_days),
        3: PPM,
    }
    return Money(-(-balance.minor * chances[stage] // PPM), balance.currency)


def provision_change(position: LoanPosition, expected_loss: Money) -> Money:
    """What end of day books into 贷款损失准备: more when positive, less when negative.

    A loan that left the balance sheet keeps no provision.
    """
    needed = expected_loss if position.on_balance_sheet else Money.zero(expected_loss.currency)
    return needed - position.provision
