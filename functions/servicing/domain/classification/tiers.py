"""The five tiers (五级) and the three stages of expected loss (预期信用损失三阶段)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Literal

Stage = Literal[1, 2, 3]
STAGE_NAMES: Final[Mapping[Stage, str]] = {1: "第一阶段", 2: "第二阶段", 3: "第三阶段"}


class Tier(StrEnum):
    """From best to worst; the last three are non-performing (不良)."""

    NORMAL = "normal"
    ATTENTION = "attention"
    SUBSTANDARD = "substandard"
    DOUBTFUL = "doubtful"
    LOSS = "loss"

    @property
    def rank(self) -> int:
        """0 for 正常 to 4 for 损失."""
        return _RANK[self]

    @property
    def is_non_performing(self) -> bool:
        """次级, 可疑 or 损失."""
        return self.rank >= _RANK[Tier.SUBSTANDARD]

    def is_worse_than(self, other: Tier) -> bool:
        """Whether a loan of this tier is worse."""
        return self.rank > other.rank


_RANK: Final = {tier: place for place, tier in enumerate(Tier)}
TIER_NAMES: Final[Mapping[Tier, str]] = {
    Tier.NORMAL: "正常",
    Tier.ATTENTION: "关注",
    Tier.SUBSTANDARD: "次级",
    Tier.DOUBTFUL: "可疑",
    Tier.LOSS: "损失",
}


def worst(tiers: Iterable[Tier]) -> Tier:
    """The worst of several tiers; of none, 正常.

    >>> worst([Tier.ATTENTION, Tier.LOSS]).value
    'loss'
    """
    return max(tiers, key=lambda tier: tier.rank, default=Tier.NORMAL)
