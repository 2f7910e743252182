"""Record review (登记复核结果): what a person decided about an automated decision."""

from __future__ import annotations

from dataclasses import dataclass

from puhui.clock import Clock
from puhui.contracts.risk import ReviewOutcome
from puhui.identity import Principal
from puhui.tenancy import BankId, bank_id
from risk.domain.approval import Act
from risk.domain.errors import NotAtThisStage, ReviewNotFound
from risk.domain.review import Review, ReviewStatus
from risk.payloads import ReviewTaskOutcome
from risk.review_ports import Reviews


@dataclass(frozen=True)
class RecordReview:
    """Keep the outcome once; the same outcome again changes nothing."""

    reviews: Reviews
    clock: Clock

    def of_task(self, call: ReviewTaskOutcome) -> Review:
        """What operations' task ended with; one that nobody took returns to risk."""
        review = self._get(bank_id(call.bank_id), call.decision_id)
        if review.status is ReviewStatus.DECIDED:
            return review
        if call.outcome == "returned" or call.decided_by is None:
            returned = review.returned()
            return review if returned == review else self.reviews.save(returned)
        outcome: ReviewOutcome = "changed" if call.outcome == "approved" else "upheld"
        return self._keep(review, outcome, call.decided_by, call.comment)

    def __call__(
        self, principal: Principal, decision_id: str, outcome: ReviewOutcome, comment: str
    ) -> Review:
        """Risk's own staff decide what no task of operations is open for."""
        review = self._get(bank_id(principal.bank_id), decision_id)
        if review.handled_by == "operations":
            raise NotAtThisStage(
                "operations has a task for this review", field="handled_by", rule="review.handler"
            )
        if review.outcome == outcome and review.decided and review.decided.by == principal.subject:
            return review
        return self._keep(review, outcome, principal.subject, comment)

    def _keep(self, review: Review, outcome: ReviewOutcome, by: str, comment: str | None) -> Review:
        return self.reviews.save(review.decide(outcome, Act(by, self.clock.now()), comment))

    def _get(self, bank: BankId, decision_id: str) -> Review:
        found = self.reviews.find(bank, decision_id)
        if found is None:
            raise ReviewNotFound
        return found
