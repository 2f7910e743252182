"""What one guarantor can be expected to pay (M19): net assets and income, less what it owes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from risk.domain.models.answer import ModelReason
from risk.domain.models.exact import part_down, require_not_negative

TEXTS: Final = {
    "dishonest": "保证人为失信被执行人，不计入",
    "dishonest_unknown": "保证人是否失信未核实，不计入",
    "cyclical": "存在互保、联保或循环担保，不计入",
    "cyclical_unknown": "是否互保、循环担保未核实，不计入",
    "guarantor_unknown": "保证人资产、收入、负债或对外担保不明，不计入",
    "related": "保证人与借款人有关联或关系不明，按关联保证人折扣",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantor:
    """A person or firm that answers for the loan. None: not known."""

    guarantor_id: str
    net_assets_fen: int | None
    """Assets less liabilities, without what secures other loans; negative where it owes more."""
    yearly_income_fen: int | None
    debts_fen: int | None
    """Own debts outstanding."""
    guarantees_given_fen: int | None
    """What it already answers for, this loan aside."""
    is_dishonest: bool | None
    """On the list of dishonest judgment debtors (失信被执行人)."""
    is_related: bool | None
    """Controls the borrower, is controlled by it, or lives of the same business."""
    is_cyclical: bool | None
    """In a circle of firms or persons that guarantee each other (found by the graph part)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorRule:
    """How much of a guarantor's means counts."""

    income_years: int
    """Own debts and guarantees must fit into this many years of income."""
    counted_ppm: int
    """Share of what is free that counts."""
    related_ppm: int
    """The same of a guarantor that falls with the borrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a guarantor adds."""

    guarantor_id: str
    free_fen: int
    """The lesser of net assets and of years of income, less what it owes and guarantees."""
    counted_fen: int
    reasons: tuple[ModelReason, ...]


def capacity_of(guarantor: Guarantor, rule: GuarantorRule) -> Capacity:
    """min(net assets − guarantees, income · years − debts − guarantees), and a share of that.

    Net assets are after own debts already; whoever is dishonest or in a circle counts nothing.
    """
    require_not_negative(guarantor, "yearly_income_fen", "debts_fen", "guarantees_given_fen")
    excluded = _excluded(guarantor)
    free = _free(guarantor, rule)
    if free is None or excluded:
        codes = excluded + (("guarantor_unknown",) if free is None else ())
        return _capacity(guarantor, 0, 0, codes)
    independent = guarantor.is_related is False
    share = rule.counted_ppm if independent else min(rule.counted_ppm, rule.related_ppm)
    codes = () if independent else ("related",)
    return _capacity(guarantor, free, part_down(free, share), codes)


def _free(guarantor: Guarantor, rule: GuarantorRule) -> int | None:
    assets, income = guarantor.net_assets_fen, guarantor.yearly_income_fen
    debts, given = guarantor.debts_fen, guarantor.guarantees_given_fen
    if assets is None or income is None or debts is None or given is None:
        return None
    return max(min(assets - given, income * rule.income_years - debts - given), 0)


def _excluded(guarantor: Guarantor) -> tuple[str, ...]:
    found = {
        "dishonest": guarantor.is_dishonest is True,
        "dishonest_unknown": guarantor.is_dishonest is None,
        "cyclical": guarantor.is_cyclical is True,
        "cyclical_unknown": guarantor.is_cyclical is None,
    }
    return tuple(code for code, holds in found.items() if holds)


def _capacity(guarantor: Guarantor, free: int, counted: int, codes: tuple[str, ...]) -> Capacity:
    return Capacity(
        guarantor_id=guarantor.guarantor_id,
        free_fen=free,
        counted_fen=counted,
        reasons=tuple(ModelReason(code, TEXTS[code]) for code in codes),
    )
