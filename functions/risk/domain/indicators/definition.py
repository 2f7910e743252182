"""What an indicator is: a declared place on a grid, its unit, its rules, its version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from risk.domain.indicators.months import Window

VERSION_CHARACTERS = 12


class Unit(StrEnum):
    """In what an indicator is measured."""

    YUAN = "yuan"
    COUNT = "count"
    RATIO = "ratio"
    DAY = "day"
    MONTH = "month"


DECIMALS: dict[Unit, int] = {
    Unit.YUAN: 2,
    Unit.COUNT: 0,
    Unit.RATIO: 4,
    Unit.DAY: 0,
    Unit.MONTH: 0,
}
"""Amounts are exact to the 分; ratios are rounded once, for training and scoring alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One indicator as data; the hash of the data is its version."""

    subject: str
    domain: str
    measure: str
    filter: str
    window: Window
    agg: str
    unit: Unit
    decimals: int
    name_zh: str
    name_en: str
    source: str
    fields: tuple[str, ...]
    rule: str
    """How it is computed, in one sentence."""
    missing_policy: str
    """What an indicator without a value means to whoever uses it."""
    history_months: int
    """The document must cover so many full months before the day."""
    sensitivity: int
    """Level of JR/T 0197."""
    id: str = field(init=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """Compose the name and the version."""
        parts = (self.subject, self.domain, self.measure, self.filter, self.window.value, self.agg)
        object.__setattr__(self, "id", ".".join(parts))
        object.__setattr__(self, "version", "")
        body = asdict(self)
        text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        object.__setattr__(self, "version", digest[:VERSION_CHARACTERS])
