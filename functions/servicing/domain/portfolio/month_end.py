"""What a month end keeps of each loan, and the words by which portfolios are divided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from servicing.domain.account.position import LoanPosition, LoanStatus

TIERS: Final = ("normal", "attention", "substandard", "doubtful", "loss")
TIER_NAMES: Final = {
    "normal": "正常",
    "attention": "关注",
    "substandard": "次级",
    "doubtful": "可疑",
    "loss": "损失",
    "unclassified": "未分类",
    "settled": "结清",
    "written_off": "核销",
    "new": "新发放",
}
NON_PERFORMING: Final = frozenset({"substandard", "doubtful", "loss"})
UNCLASSIFIED: Final = "unclassified"
BUCKETS: Final = (
    (0, "0"),
    (30, "1-30"),
    (60, "31-60"),
    (90, "61-90"),
    (180, "91-180"),
    (270, "181-270"),
    (360, "271-360"),
)
"""Last day of each overdue bucket of return 1104 S71; what is later is `361+`."""
BUCKET_CODES: Final = (*(code for _, code in BUCKETS), "361+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanLabels:
    """Regulatory labels of a loan (监管标签); None says that nobody knows, and is counted apart.

    `inclusive` 普惠型小微: the group's credit line is at most 1,000万 and the borrower a small or
    micro firm, its owner or a 个体工商户 (银保监办发〔2020〕15号). `first_loan` 首贷户: no bank had
    lent to the borrower before, by the bureau; `first_at_bank` 首次贷款 at this bank.
    """

    inclusive: bool | None = None
    first_loan: bool | None = None
    first_at_bank: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndLoan:
    """One loan at a month end: its position, its tier and stage where it has them, its labels."""

    position: LoanPosition
    tier: str | None = None
    stage: int | None = None
    labels: LoanLabels = LoanLabels()

    @property
    def group(self) -> str:
        """The tier that the loan is counted in, or how it left the books."""
        if self.position.status is LoanStatus.SETTLED:
            return "settled"
        if self.position.status is LoanStatus.WRITTEN_OFF:
            return "written_off"
        return self.tier or UNCLASSIFIED

    @property
    def bucket(self) -> str:
        """The overdue bucket of the loan."""
        days = self.position.days_overdue
        return next((code for last, code in BUCKETS if days <= last), "361+")

    @property
    def vintage(self) -> str:
        """The month in which the loan was paid out: `2026-03`."""
        return self.position.disbursed_on.isoformat()[:7]
