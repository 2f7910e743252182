"""What the API of reviews takes and shows, in the words of its reader."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from puhui.clock import utc_text
from puhui.contracts.common import Contract, Identifier, ShortText
from puhui.contracts.risk import REVIEW_OUTCOME_NAMES, ReviewOutcome
from puhui.identity import Principal
from risk.domain.review import (
    HANDLER_NAMES,
    MAX_STATEMENT,
    STATUS_NAMES,
    Handler,
    Review,
    ReviewStatus,
)
from risk.lists_schemas import ActView

NOTES: Final[dict[Handler, str]] = {
    "operations": "复核申请已转综合运营平台，由有权限的工作人员处理",
    "risk": "本申请由风控人员直接复核，请关注处理结果",
}


class ReviewBody(Contract):
    """What the customer wants to be looked at; may stay empty."""

    statement: Annotated[str, Field(min_length=1, max_length=MAX_STATEMENT)] | None = None


class OutcomeBody(Contract):
    """What the reviewer decided, and why."""

    outcome: ReviewOutcome
    comment: ShortText


class ReviewQuery(Contract):
    """Reviews at which stage."""

    status: ReviewStatus = ReviewStatus.OPEN


class ReviewView(Contract):
    """A review: customers see where it stands, staff also who did and wrote what."""

    review_id: Identifier
    decision_id: Identifier
    application_id: Identifier
    status: ReviewStatus
    status_name: str
    asked_at: str
    due_at: str
    handled_by: Handler
    handled_by_name: str
    note: str
    outcome: ReviewOutcome | None
    outcome_name: str | None
    asked: ActView | None = None
    decided: ActView | None = None
    statement: str | None = None
    comment: str | None = None

    @classmethod
    def of(cls, review: Review, reader: Principal) -> ReviewView:
        """As much of the review as the reader sees."""
        outcome = review.outcome
        inside = {} if reader.is_customer else _inside(review)
        return cls(
            review_id=review.review_id,
            decision_id=review.decision_id,
            application_id=review.application_id,
            status=review.status,
            status_name=STATUS_NAMES[review.status],
            asked_at=utc_text(review.asked.at),
            due_at=utc_text(review.due_at),
            handled_by=review.handled_by,
            handled_by_name=HANDLER_NAMES[review.handled_by],
            note=NOTES[review.handled_by],
            outcome=outcome,
            outcome_name=None if outcome is None else REVIEW_OUTCOME_NAMES[outcome],
            **inside,
        )


class ReviewList(Contract):
    """Reviews, those that are due first at the front."""

    items: tuple[ReviewView, ...]


def _inside(review: Review) -> dict[str, ActView | str | None]:
    return {
        "asked": ActView.of(review.asked),
        "decided": ActView.of(review.decided),
        "statement": review.statement,
        "comment": review.comment,
    }
