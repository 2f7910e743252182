"""A firm that may be offered a loan: how risky it is and how much its sales carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from risk.domain.portfolio.terms import Terms
from risk.domain.pricing import PPM

TradeBasis = Literal["file", "name", "none"]
"""Where a firm's trade is known from: its file, a word in its name, or nowhere (then: trade, F)."""

REFUSALS: Final = {
    "policy_declined": "审批策略拒绝",
    "policy_referred": "审批策略转人工，本次只考虑自动通过的企业",
    "not_scored": "无评分或等级",
    "grade_refused": "信用等级原则上不予放贷",
    "capacity_unknown": "年销售额不明，无法测算额度",
    "cap_below_least": "测算额度低于最低贷款额",
    "no_rate_covers": "任何允许的利率都不能覆盖预期损失与成本",
    "not_chosen": "在本预算与集中度限制下未入选",
}
"""Why a firm gets nothing, in Chinese, by code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the policy in force and its model say of a firm."""

    enterprise: str
    verdict: str
    codes: tuple[str, ...]
    """The policy's reasons."""
    grade: str | None
    pd_ppm: int | None
    capacity_fen: int | None
    """The share of its recognised yearly sales that a loan may reach; None where not known."""
    sector: str
    """GB/T 4754 section."""
    trade_basis: TradeBasis = "none"

    def cap_fen(self, terms: Terms) -> int:
        """The most that it may be offered: the least of sales, grade and product, whole steps."""
        if self.capacity_fen is None or self.grade is None:
            return 0
        least = min(self.capacity_fen, terms.grade_caps_fen[self.grade], terms.max_fen)
        return max(least - least % terms.step_fen, 0)

    def refusal(self, terms: Terms, *, approved_only: bool = False) -> str | None:
        """Why it may not be offered anything, whatever the budget; None where it may."""
        if self.verdict == "decline":
            return "policy_declined"
        if approved_only and self.verdict != "approve":
            return "policy_referred"
        if self.grade is None or self.pd_ppm is None:
            return "not_scored"
        if self.grade in terms.refused_grades:
            return "grade_refused"
        if self.capacity_fen is None:
            return "capacity_unknown"
        return "cap_below_least" if self.cap_fen(terms) < terms.min_fen else None

    def stressed(self, *, pd_times_ppm: int = PPM, sales_times_ppm: int = PPM) -> Candidate:
        """The same firm, riskier or with other sales; verdict and grade stay what they were."""
        pd, capacity = self.pd_ppm, self.capacity_fen
        return replace(
            self,
            pd_ppm=None if pd is None else min(-(-pd * pd_times_ppm // PPM), PPM),
            capacity_fen=None if capacity is None else capacity * sales_times_ppm // PPM,
        )
