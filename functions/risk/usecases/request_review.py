"""Request review (申请人工复核): the customer, or staff for them, wants a person to look."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.identity import Principal, Protected, authorise
from puhui.strict_json import loads
from puhui.tenancy import bank_id
from risk.domain.approval import Act
from risk.domain.errors import DecisionNotFound
from risk.domain.review import Review, ReviewStatus, open_review
from risk.ports import Decisions
from risk.review_ports import Reviews, ReviewTasks

ACTION = "risk.request_review"


@dataclass(frozen=True)
class RequestReview:
    """Keep the request and open its task; asking again answers the same review."""

    decisions: Decisions
    reviews: Reviews
    tasks: ReviewTasks
    clock: Clock

    def __call__(self, principal: Principal, decision_id: str, statement: str | None) -> Review:
        """Answer the review with its deadline and with who handles it."""
        bank = bank_id(principal.bank_id)
        decision = self.decisions.find(bank, decision_id)
        if decision is None:
            raise DecisionNotFound
        authorise(
            principal,
            ACTION,
            Protected(bank_id=bank, branch=decision.branch_id, owner_id=decision.customer_id),
        )
        review = self.reviews.find(bank, decision_id) or self.reviews.add(
            open_review(
                decision,
                amount_fen=loads(decision.record)["request"]["amount_fen"],
                asked=Act(principal.subject, self.clock.now()),
                statement=statement,
                handled_by=self.tasks.handler,
            )
        )
        if review.status is ReviewStatus.OPEN and review.handled_by == "operations":
            # Kept first: a task that could not be opened is opened when the customer asks again.
            self.tasks.open(review)
        return review
