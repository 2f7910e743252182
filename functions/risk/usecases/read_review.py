"""Read review (查询复核): how far the review of a decision has come."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.identity import Principal, Protected, authorise
from puhui.tenancy import bank_id
from risk.domain.errors import ReviewNotFound
from risk.domain.review import Review
from risk.review_ports import Reviews

ACTION = "risk.read_review"


@dataclass(frozen=True)
class ReadReview:
    """Find a review for somebody who may see it."""

    reviews: Reviews

    def __call__(self, principal: Principal, decision_id: str) -> Review:
        """Answer the review as last written."""
        review = self.reviews.find(bank_id(principal.bank_id), decision_id)
        if review is None:
            raise ReviewNotFound
        authorise(
            principal,
            ACTION,
            Protected(bank_id=review.bank_id, branch=review.branch_id, owner_id=review.customer_id),
        )
        return review
