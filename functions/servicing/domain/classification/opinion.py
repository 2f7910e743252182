"""The proposal of 初分: each loan's tier, stage and expected loss, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from puhui.money import Money
from servicing.domain.classification.reasons import Reason
from servicing.domain.classification.tiers import Stage, Tier, worst

Basis = Literal["model", "days_only"]
BASIS_NAMES: Final[Mapping[Basis, str]] = {
    "model": "五级分类与减值模型 M27",
    "days_only": "仅按逾期天数（未经模型）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanOpinion:
    """What is proposed for one loan."""

    loan_id: str
    tier: Tier
    stage: Stage
    expected_loss: Money
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is proposed for a debtor, and which version of what proposed it."""

    basis: Basis
    loans: tuple[LoanOpinion, ...]
    model_version: str | None = None
    model_sha256: str | None = None

    @property
    def tier(self) -> Tier:
        """The debtor's worst."""
        return worst(one.tier for one in self.loans)

    @property
    def tiers(self) -> dict[str, Tier]:
        """The tier of each loan by its id."""
        return {one.loan_id: one.tier for one in self.loans}

    @property
    def expected_loss(self) -> Money:
        """The sum over the loans."""
        return Money.total(one.expected_loss for one in self.loans)

    def of_loan(self, loan_id: str) -> LoanOpinion:
        """What is proposed for a loan that the debtor has."""
        return next(one for one in self.loans if one.loan_id == loan_id)


def told_once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons in their order, each once."""
    return tuple(dict.fromkeys(reasons))
