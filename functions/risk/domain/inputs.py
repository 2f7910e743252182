"""Everything a policy may ask about, by name: a decimal, or nothing where nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from risk.domain.indicators.definition import Unit
from risk.domain.indicators.library import DEFINITIONS
from risk.domain.indicators.values import STATE_NAMES, IndicatorValue, State


@dataclass(frozen=True, slots=True)
class Input:
    """A named value with its state."""

    value: Decimal | None
    state: State = State.OK

    @classmethod
    def of_indicator(cls, value: IndicatorValue) -> Input:
        """An indicator as a policy sees it."""
        return cls(value.decimal, value.state)

    @classmethod
    def of_number(cls, value: int | None) -> Input:
        """A number that risk derived itself."""
        return cls(None, State.MISSING) if value is None else cls(Decimal(value))


Inputs = Mapping[str, Input]

DERIVED: dict[str, str] = {
    "fact.invoice.rows": "发票张数",
    "score.points": "申请评分",
    "score.pd_ppm": "违约概率(百万分之一)",
    "limit.capacity_fen": "按销售额测算的额度(分)",
    "limit.fen": "测算额度(分)",
    "price.profit_ppm": "预期收益率(百万分之一)",
    "request.amount_fen": "申请金额(分)",
    "request.min_amount_fen": "产品最低额度(分)",
    "request.term_months": "申请期限(月)",
    "firm.age_months": "成立月数",
}
"""Inputs besides the indicators, with their Chinese names."""


SUFFIXES = {Unit.YUAN: "元", Unit.DAY: "天", Unit.MONTH: "个月", Unit.COUNT: "", Unit.RATIO: ""}
FEN_PER_YUAN = 100


def display(name: str, found: Input) -> str:
    """An input's value as staff read it, with its unit; without one, its state."""
    if found.value is None:
        return STATE_NAMES[found.state]
    if name.endswith(("_fen", ".fen")):
        return f"{found.value / FEN_PER_YUAN:,.2f}元"
    definition = DEFINITIONS.get(name)
    if definition is None:
        return f"{found.value:f}"
    if definition.unit is Unit.RATIO:
        return f"{found.value * 100:.2f}%"
    return f"{found.value:,f}{SUFFIXES[definition.unit]}"


def input_name(name: str) -> str | None:
    """The Chinese name of an input, or None if no such input exists."""
    definition = DEFINITIONS.get(name)
    return definition.name_zh if definition is not None else DERIVED.get(name)
