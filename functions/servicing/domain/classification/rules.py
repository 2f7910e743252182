"""The numbers of classification, each with its clause, its source and how sure it is.

They are those of model M27, which `risk` owns; here they stand for the days without `risk` and for
what no person may overrule. A test holds both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MEASURES: Final = "商业银行金融资产风险分类办法（令〔2023〕第1号）"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRules:
    """Days, shares in parts per million, and months of one edition of the rule."""

    technical_days: int = 7
    substandard_after_days: int = 90
    doubtful_after_days: int = 270
    loss_after_days: int = 360
    cross_share_ppm: int = 100_000
    everywhere_share_ppm: int = 200_000
    observation_months: int = 12
    observation_periods: int = 2
    upgrade_months: int = 6
    upgrade_periods: int = 2
    stage_2_after_days: int = 30
    cycle_months: int = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: ✔ read, ◐ second-hand, ✎ from memory and to be confirmed."""

    text: str
    confidence: str


DEFAULT_RULES: Final = ClassificationRules()
SOURCES: Final[Mapping[str, Source]] = {
    "technical_days": Source("技术性原因逾期不超过7天", "✎"),
    "substandard_after_days": Source(f"{MEASURES}：逾期超过90天为不良", "✔"),
    "doubtful_after_days": Source(f"{MEASURES}：逾期超过270天", "◐"),
    "loss_after_days": Source(f"{MEASURES}：逾期超过360天", "◐"),
    "cross_share_ppm": Source(f"{MEASURES}第七条：本行债权超过10%为不良", "✔"),
    "everywhere_share_ppm": Source("所有银行债务逾期90天以上超过20%", "✎"),
    "observation_months": Source(f"{MEASURES}第二十条：观察期不少于1年", "✔"),
    "observation_periods": Source(f"{MEASURES}第二十条：至少两个还款期", "✔"),
    "upgrade_months": Source("逾期清偿后持续履约6个月", "✎"),
    "upgrade_periods": Source("逾期清偿后至少两个还款期，与月数取长", "✎"),
    "stage_2_after_days": Source("企业会计准则第22号：逾期超过30天推定风险显著增加", "✎"),
    "cycle_months": Source("至少每季度分类一次", "✎"),
}
