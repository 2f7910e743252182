"""A review (人工复核) of an automated decision: a customer asks, a person decides (PIPL 24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from puhui.contracts.risk import DecisionReviewed, ReviewOutcome
from puhui.ids import derived_id
from puhui.tenancy import BankId
from risk.domain.approval import Act
from risk.domain.decision import Decision
from risk.domain.errors import NotAtThisStage, ReviewRefused

SLA: Final = timedelta(days=10)
"""Starting value of ours ✎: the law says "in time" (PIPL art. 50) and names no number of days."""
MAX_STATEMENT: Final = 500
Handler = Literal["operations", "risk"]
HANDLER_NAMES: Final[Mapping[Handler, str]] = {
    "operations": "综合运营平台任务",
    "risk": "风控人员直接处理",
}


class ReviewStatus(StrEnum):
    """Whether somebody has decided yet."""

    OPEN = "open"
    DECIDED = "decided"


STATUS_NAMES: Final[Mapping[ReviewStatus, str]] = {
    ReviewStatus.OPEN: "待复核",
    ReviewStatus.DECIDED: "已复核",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a customer asked for, by when it is due, and what a person decided."""

    bank_id: BankId
    review_id: str
    decision_id: str
    application_id: str
    branch_id: str
    customer_id: str
    verdict: str
    amount_fen: int
    limit_fen: int
    rate_bps: int
    asked: Act
    due_at: datetime
    handled_by: Handler
    statement: str | None = field(default=None, repr=False)
    status: ReviewStatus = ReviewStatus.OPEN
    outcome: ReviewOutcome | None = None
    decided: Act | None = None
    comment: str | None = field(default=None, repr=False)
    version: int = 0

    def returned(self) -> Review:
        """Nobody took the task in time: risk's own staff must; the customer's right stays."""
        if self.status is not ReviewStatus.OPEN:
            return self
        return replace(self, handled_by="risk")

    def decide(self, outcome: ReviewOutcome, act: Act, comment: str | None) -> Review:
        """A person, not the one who asked, confirms or changes what the machine decided."""
        if self.status is not ReviewStatus.OPEN:
            raise NotAtThisStage("this review was decided", field="status", rule="review.decided")
        if act.by == self.asked.by:
            raise ReviewRefused(
                "whoever asked for the review does not decide it", field="by", rule="review.asker"
            )
        return replace(
            self, status=ReviewStatus.DECIDED, outcome=outcome, decided=act, comment=comment
        )

    @property
    def event(self) -> DecisionReviewed:
        """What the other platforms learn."""
        if self.outcome is None:
            raise NotAtThisStage("this review has no outcome", rule="review.open")
        return DecisionReviewed(
            review_id=self.review_id,
            decision_id=self.decision_id,
            application_id=self.application_id,
            outcome=self.outcome,
        )


def review_id_of(bank_id: BankId, decision_id: str) -> str:
    """One decision has one review, however often it is asked for."""
    return derived_id("rev", bank_id, decision_id)


def open_review(
    decision: Decision, *, amount_fen: int, asked: Act, statement: str | None, handled_by: Handler
) -> Review:
    """Only a decline or a referral by the machine is reviewed; an approval hurts nobody."""
    result = decision.result
    if result.verdict == "approve":
        raise ReviewRefused(
            "an approval is not reviewed", field="decision_id", rule="review.verdict"
        )
    return Review(
        bank_id=decision.bank_id,
        review_id=review_id_of(decision.bank_id, result.decision_id),
        decision_id=result.decision_id,
        application_id=result.application_id,
        branch_id=decision.branch_id,
        customer_id=decision.customer_id,
        verdict=result.verdict,
        amount_fen=amount_fen,
        limit_fen=result.limit_fen,
        rate_bps=result.annual_rate_bps,
        asked=asked,
        due_at=asked.at + SLA,
        handled_by=handled_by,
        statement=statement,
    )
