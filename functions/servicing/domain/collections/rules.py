"""When and how often anybody may be approached (催收行为规则): numbers with their sources.

The window here is narrower than the guideline's: what a bank sets may only be stricter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Final

from servicing.domain.classification.rules import Source

GUIDELINE: Final = "中国银行业协会《金融机构个人消费类贷款催收工作指引（试行）》2026-01-30"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRules:
    """Times are China's; a contact at the closing minute is too late."""

    opens_at: time = time(8, 0)
    closes_at: time = time(21, 0)
    debtor_per_day: int = 3
    debtor_per_week: int = 10
    third_person_per_day: int = 1
    third_person_per_week: int = 2
    promise_max_days: int = 30
    kept_days: int = 30
    """For how long contacts stay in the debtor's file; all of them stay in the record."""


DEFAULT_RULES: Final = CollectionRules()
SOURCES: Final[Mapping[str, Source]] = {
    "opens_at": Source(f"{GUIDELINE}：22:00至次日8:00不得催收（news.21jingji 2026-01-31）", "◐"),
    "closes_at": Source(f"{GUIDELINE}：22:00起不得催收；本参数收紧为21:00，待核", "✎"),
    "debtor_per_day": Source(f"{GUIDELINE}：未接通的当天不宜超过6次；本参数收紧为3次，待核", "✎"),
    "debtor_per_week": Source("起始值，待核", "✎"),
    "third_person_per_day": Source(f"{GUIDELINE}：原则上不得向无关第三人催收；次数待核", "✎"),
    "third_person_per_week": Source("起始值，待核", "✎"),
    "promise_max_days": Source("起始值", "✎"),
    "kept_days": Source("模型M28按近30天计接通率", "house"),
}
